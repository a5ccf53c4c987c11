// Whether something may be told as its server just wrote it: an item of a list, or its instructions. The server may tell agents something else than
// it tells the gateway's own client; then the gateway asks again, and what stays unknown is told to the operator.
import type { Id } from '@countersign/audit';
import type { McpServer } from '../registry/types.ts';
import type { ServerCatalog } from '../upstreams/catalog.ts';
import type { Definition, ItemKind } from '../upstreams/definitions.ts';
import { digestOf } from '../upstreams/definitions.ts';
import { createListedCheck } from './listed.ts';
import type { Pins } from './pins.ts';
import { quoted } from './printable.ts';

export interface ShownDeps {
  readonly pins: Pins;
  readonly catalogs: {
    item(upstream: Id<'srv'>, kind: ItemKind, name: string): Definition | undefined;
    catalog(upstream: Id<'srv'>): Pick<ServerCatalog, 'skipped'> | undefined;
    refresh(upstream: Id<'srv'>): Promise<void>;
  };
  /** For the operator. */
  readonly tell: (message: string) => void;
}

export interface Item {
  readonly kind: ItemKind;
  readonly name: string;
}

/** `text` is the definition exactly as it stands in an answer that was scanned strictly. */
export type IsShown = (server: McpServer, item: Item, text: string) => boolean;

/** Definitions that the operator is told of before the list of them starts anew. */
const MAX_TOLD = 1_000;

export function createShown({ pins, catalogs, tell }: ShownDeps): IsShown {
  const isAccepted = createListedCheck();
  const told = new Set<string>();

  const isKnown = ({ uid }: McpServer, { kind, name }: Item, digest: string): boolean =>
    catalogs.item(uid, kind, name)?.digest === digest || pins.of(uid).get(kind, name)?.digest === digest;

  /** The gateway was shown it, too, and told the operator why it is of no use. */
  const isLeftOut = (server: McpServer, { kind, name }: Item): boolean =>
    catalogs.catalog(server.uid)?.skipped.some((one) => one.kind === kind && one.name === name) === true;

  async function lookAgain(server: McpServer, item: Item, text: string): Promise<void> {
    const digest = digestOf(item.kind, text);
    const key = JSON.stringify([server.uid, digest]);
    if (isKnown(server, item, digest)) return;
    await catalogs.refresh(server.uid);
    if (isKnown(server, item, digest) || isLeftOut(server, item) || told.has(key)) return;
    if (told.size >= MAX_TOLD) told.clear();
    told.add(key);
    tell(
      `server \`${server.name}\` shows agents another definition of the ${item.kind} ${quoted(item.name)} than it shows the gateway: agents are not shown it`,
    );
  }

  return (server, { kind, name }, text) => {
    const listed = catalogs.item(server.uid, kind, name);
    if (server.toolPinning === 'off')
      return listed === undefined || pins.standing(server, listed) === 'accepted';
    const pin = pins.of(server.uid).get(kind, name);
    if (listed !== undefined && pin !== undefined && isAccepted(pin, text))
      return pins.standing(server, listed) === 'accepted';
    lookAgain(server, { kind, name }, text).catch((error: unknown) => tell(String(error)));
    return false;
  };
}
