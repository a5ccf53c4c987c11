// What servers define as the commands name it, `<server>/<name>` and its kind, and the difference of a definition as lines for
// a terminal.
import { styleText } from 'node:util';
import type { AdminClient, Definition } from '../admin/client.ts';
import { CommandError, usageError } from './exit.ts';
import { bodyOf } from './gateway.ts';
import { safe, safeLines } from './text.ts';

export type Served = Definition & { readonly server: string };
type Kind = Definition['kind'];

const KINDS: readonly Kind[] = ['tool', 'prompt', 'resource', 'template', 'instructions'];

export const KIND_OPTION = {
  kind: { type: 'string', value: 'kind', help: `of what: ${KINDS.join(', ')}; default tool` },
} as const;

export function kindOf(value: string | undefined): Kind {
  const kind = KINDS.find((each) => each === (value ?? 'tool'));
  if (kind !== undefined) return kind;
  throw usageError(`\`--kind\` is \`${value}\`: give one of ${KINDS.join(', ')}`);
}

/** What one server defines, or all. */
export async function definitionsOf(gateway: AdminClient, server: string | null): Promise<readonly Served[]> {
  const names = server === null ? await serverNames(gateway) : [server];
  const lists = names.map(async (name) => {
    const { definitions } = await bodyOf(gateway.upstreams[':name'].definitions.$get({ param: { name } }));
    return definitions.map((definition) => ({ server: name, ...definition }));
  });
  return (await Promise.all(lists)).flat();
}

/** Everything after the first slash is the name: a server's has none, and a tool's may have several. */
export async function findDefinition(gateway: AdminClient, name: string, kind: Kind): Promise<Served> {
  if (kind === 'instructions') return found(await definitionsOf(gateway, name), name, kind, kind);
  const slash = name.indexOf('/');
  if (slash <= 0 || slash === name.length - 1)
    throw usageError(`\`${name}\` names no ${kind}: write \`<server>/<${kind}>\``);
  const server = name.slice(0, slash);
  return found(await definitionsOf(gateway, server), server, kind, name.slice(slash + 1));
}

function found(definitions: readonly Served[], server: string, kind: Kind, name: string): Served {
  const one = definitions.find((each) => each.kind === kind && each.name === name);
  if (one !== undefined) return one;
  throw new CommandError(
    1,
    `server \`${safe(server)}\` lists no ${kind} \`${safe(name)}\`; see \`countersign tools list\``,
    { code: 'not_found' },
  );
}

export function differenceLines({ difference, digest }: Definition, isColoured: boolean): readonly string[] {
  if (difference === null) return [];
  const lines = safeLines(difference.replace(/\n$/, ''));
  return [...(isColoured ? lines.map(coloured) : lines), `digest ${digest}`];
}

async function serverNames(gateway: AdminClient): Promise<readonly string[]> {
  const { upstreams } = await bodyOf(gateway.upstreams.$get());
  return upstreams.filter(({ kind }) => kind === 'mcp').map(({ name }) => name);
}

function coloured(line: string): string {
  const style = line.startsWith('+') ? 'green' : line.startsWith('-') ? 'red' : null;
  return style === null ? line : styleText(style, line, { validateStream: false });
}
