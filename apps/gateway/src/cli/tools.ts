// Tools as the commands name them, `<server>/<tool>`, and the difference of a definition as lines for a terminal.
import { styleText } from 'node:util';
import type { AdminClient, Tool } from '../admin/client.ts';
import { CommandError, usageError } from './exit.ts';
import { bodyOf } from './gateway.ts';
import { safe, safeLines } from './text.ts';

export type ServedTool = Tool & { readonly server: string };

/** The tools of one server, or of all. */
export async function toolsOf(gateway: AdminClient, server: string | null): Promise<readonly ServedTool[]> {
  const names = server === null ? await serverNames(gateway) : [server];
  const lists = names.map(async (name) => {
    const { tools } = await bodyOf(gateway.upstreams[':name'].tools.$get({ param: { name } }));
    return tools.map((tool) => ({ server: name, ...tool }));
  });
  return (await Promise.all(lists)).flat();
}

/** Everything after the first slash is the tool: a server's name has none, and a tool's may have several. */
export async function findTool(gateway: AdminClient, name: string): Promise<ServedTool> {
  const slash = name.indexOf('/');
  if (slash <= 0 || slash === name.length - 1)
    throw usageError(`\`${name}\` names no tool: write \`<server>/<tool>\``);
  const [server, tool] = [name.slice(0, slash), name.slice(slash + 1)];
  const found = (await toolsOf(gateway, server)).find((each) => each.name === tool);
  if (found !== undefined) return found;
  throw new CommandError(
    1,
    `server \`${safe(server)}\` lists no tool \`${safe(tool)}\`; see \`countersign tools list\``,
    { code: 'not_found' },
  );
}

export function differenceLines({ difference, digest }: Tool, isColoured: boolean): readonly string[] {
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
