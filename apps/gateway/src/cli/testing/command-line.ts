// Runs commands in-process and keeps what they print, for the tests of the command line.
import { run } from '../run.ts';
import type { ExitCode } from '../exit.ts';

export interface Ran {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
}

export async function runCommand(
  line: string | readonly string[],
  surroundings: { readonly env?: Readonly<Record<string, string>>; readonly cwd?: string } = {},
): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await run(typeof line === 'string' ? line.split(' ').filter((word) => word !== '') : line, {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    progress: () => undefined,
    isInteractive: false,
    env: surroundings.env ?? {},
    cwd: surroundings.cwd ?? '/nowhere',
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}
