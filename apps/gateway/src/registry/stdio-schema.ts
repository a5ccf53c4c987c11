// How an MCP server is reached by a command that the gateway runs, as a manifest says it.
import { z } from 'zod';
import { closed, integer, list, matching, oneOf, text } from '../config/fields.ts';

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;

const variable = () =>
  z.union(
    [
      z
        .string()
        .max(32_768)
        .refine((value) => !value.includes('\0')),
      closed({ env: matching(VARIABLE, 'the name of an environment variable of the gateway') }),
      closed({ file: text(4096, 'the path of a file that holds only the value') }),
    ],
    { error: 'must be a value, or `{ env: NAME }`, or `{ file: path }`; a number or a flag needs quotes' },
  );

export const stdioSpec = () =>
  closed({
    command: text(4096, 'a program that is on the PATH, or its path'),
    args: list(
      z.string({ error: 'must be text: put it in quotes' }).refine((value) => !value.includes('\0'), {
        error: 'must not hold a NUL character',
      }),
      1000,
    ).default([]),
    cwd: text(4096, 'the path of the folder that it runs in').optional(),
    env: z
      .record(matching(VARIABLE, 'the name of an environment variable'), variable(), {
        error: 'must be a map from names of variables to their values',
      })
      .default({}),
    processes: oneOf('per-principal', 'shared').default('per-principal'),
    idleMinutes: integer(1, 1440, 'minutes').default(30),
    maxProcesses: integer(1, 1000).default(20),
  });
