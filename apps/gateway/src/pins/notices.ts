// What the operator is told when tools are held back: once for each definition, and not without end. Names come from
// the server and are quoted.
import type { McpServer } from '../registry/types.ts';
import type { ServerCatalog } from '../upstreams/catalog.ts';
import type { Pins } from './pins.ts';
import { quoted } from './printable.ts';

/** Tools named one by one for one catalogue. */
const MAX_NAMED = 20;

/** Lines about what is held back in `after` and was not, or not so, in `before`. */
export function heldBackNotices(
  server: McpServer,
  before: ServerCatalog | null,
  after: ServerCatalog,
  pins: Pins,
): readonly string[] {
  const known = new Map(before?.tools.map(({ name, digest }) => [name, digest]));
  const held = after.tools.filter(
    (tool) => known.get(tool.name) !== tool.digest && pins.standing(server, tool) !== 'accepted',
  );
  const lines = held.slice(0, MAX_NAMED).map((tool) => {
    const name = quoted(`${server.name}/${tool.name}`);
    const why =
      pins.standing(server, tool) === 'new'
        ? 'is new'
        : 'is defined otherwise than when it was last accepted';
    return `the tool ${name} ${why}: it is held back; see \`countersign tools diff\` and \`countersign tools accept\``;
  });
  const rest = held.length - lines.length;
  return rest > 0 ? [...lines, `and ${rest} more tools of server \`${server.name}\` are held back`] : lines;
}
