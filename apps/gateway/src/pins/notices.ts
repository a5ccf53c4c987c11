// What the operator is told when something of a server is held back: once for each definition, and not without end. Names come from
// the server and are quoted.
import type { McpServer } from '../registry/types.ts';
import { itemsOf, type ServerCatalog } from '../upstreams/catalog.ts';
import { keyOf } from '../upstreams/catalog-record.ts';
import type { Pins } from './pins.ts';
import { quoted } from './printable.ts';

/** Items named one by one for one catalogue. */
const MAX_NAMED = 20;

/** Lines about what is held back in `after` and was not, or not so, in `before`. */
export function heldBackNotices(
  server: McpServer,
  before: ServerCatalog | null,
  after: ServerCatalog,
  pins: Pins,
): readonly string[] {
  const known = new Set(before === null ? [] : itemsOf(before).map(keyOf));
  const held = itemsOf(after).filter(
    (item) => !known.has(keyOf(item)) && pins.standing(server, item) !== 'accepted',
  );
  const lines = held.slice(0, MAX_NAMED).map((item) => {
    const name = quoted(`${server.name}/${item.name}`);
    const why =
      pins.standing(server, item) === 'new'
        ? 'is new'
        : 'is defined otherwise than when it was last accepted';
    const kind = item.kind === 'tool' ? '' : ` --kind ${item.kind}`;
    return `the ${item.kind} ${name} ${why}: it is held back; see \`countersign tools diff${kind}\` and \`countersign tools accept${kind}\``;
  });
  const rest = held.length - lines.length;
  return rest > 0 ? [...lines, `and ${rest} more items of server \`${server.name}\` are held back`] : lines;
}
