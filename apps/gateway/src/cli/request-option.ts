// A made-up call as options and files say it. Checked by the shape that the admin API has for it, so that both refuse the
// same.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { parse } from 'yaml';
import { SimulatedRequest } from '../admin/schemas/rehearsal.ts';
import { faultsOf } from '../faults.ts';
import { CommandError, usageError } from './exit.ts';
import type { OptionTable } from './command.ts';
import type { SimulatedRequest as Request } from '../rehearsal/request.ts';
import type { Terminal } from './terminal.ts';

export const REQUEST_OPTIONS = {
  request: { type: 'string', value: 'file', help: 'the call as YAML or JSON; `-` for stdin; options win' },
  agent: { type: 'string', value: 'name', help: 'who asks' },
  tool: {
    type: 'string',
    value: 'server/tool',
    help: 'what of; or --prompt, --resource, --server, --callee',
  },
  prompt: { type: 'string', value: 'server/prompt', help: 'a prompt' },
  resource: { type: 'string', value: 'server/uri', help: 'a resource' },
  server: { type: 'string', value: 'name', help: 'a server itself' },
  callee: { type: 'string', value: 'name', help: 'another agent' },
  operation: { type: 'string', value: 'name', help: 'such as mcp:resources/subscribe' },
  input: { type: 'string', value: 'json', help: 'its arguments, an object' },
  subject: { type: 'string', value: 'person', help: 'on whose behalf' },
  label: { type: 'string', multiple: true, value: 'label', help: 'label of the chain; may be repeated' },
  exposure: {
    type: 'string',
    multiple: true,
    value: 'label',
    help: 'what the agent has seen (default: what it has); may be repeated',
  },
  grant: {
    type: 'string',
    multiple: true,
    value: 'policy',
    help: 'id of a guard that is approved; may be repeated',
  },
} as const satisfies OptionTable;

const KEYS = Object.keys(SimulatedRequest.shape);
const TARGETS = ['tool', 'prompt', 'resource', 'server', 'callee'] as const;

type Given = { readonly [K in keyof typeof REQUEST_OPTIONS]?: string | readonly string[] | undefined };

export async function requestOf(given: Given, terminal: Terminal): Promise<Request> {
  const { request, label, exposure, grant, ...names } = given;
  const file = typeof request === 'string' ? await requestIn(request, terminal) : {};
  const targets = TARGETS.filter((name) => names[name] !== undefined);
  const said = {
    // A target on the command line stands in the place of the file's.
    ...(targets.length === 0 ? file : without(file, TARGETS)),
    ...present(names),
    ...present({ labels: label, exposure, grants: grant }),
  };
  const parsed = SimulatedRequest.safeParse(said);
  if (parsed.success) {
    if (TARGETS.filter((name) => parsed.data[name] !== undefined).length === 1) return parsed.data;
    throw usageError(`say what the call is made on, by exactly one of \`--${TARGETS.join('`, `--')}\``);
  }
  const unknown = parsed.error.issues.find(({ code }) => code === 'unrecognized_keys');
  if (unknown?.code === 'unrecognized_keys')
    throw usageError(
      `unknown key \`${unknown.keys.join('`, `')}\` in the request; known are \`${KEYS.join('`, `')}\``,
    );
  throw usageError(
    said['agent'] === undefined
      ? 'who asks is missing: give `--agent <name>`'
      : `the request does not fit: ${faultsOf(parsed.error, said).join('; ')}`,
  );
}

async function requestIn(file: string, { cwd }: Terminal): Promise<Readonly<Record<string, unknown>>> {
  const shown = file === '-' ? 'stdin' : `\`${file}\``;
  const text = await (file === '-' ? textOf(process.stdin) : readFile(resolve(cwd, file), 'utf8')).catch(
    (error: unknown) => {
      throw new CommandError(2, `${shown} cannot be read`, { cause: error });
    },
  );
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    const [first = ''] = error instanceof Error ? error.message.split('\n') : [];
    const why = first.replace(/:$/, '');
    throw new CommandError(2, `${shown} is neither YAML nor JSON: ${why}`, { cause: error });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new CommandError(2, `${shown} holds no call: write a mapping with \`agent\` and \`tool\``);
  return value as Readonly<Record<string, unknown>>;
}

function without(
  values: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !names.includes(name)));
}

function present(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
