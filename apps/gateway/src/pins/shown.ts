// Whether a tool may stand in a list as its server just wrote it there. The server may tell agents something else than
// it tells the gateway's own client; then the gateway asks again, and what stays unknown is told to the operator.
import type { Id } from '@countersign/audit';
import type { McpServer } from '../registry/types.ts';
import type { ServerCatalog } from '../upstreams/catalog.ts';
import type { CatalogTool } from '../upstreams/definitions.ts';
import { digestOf } from '../upstreams/definitions.ts';
import { createListedCheck } from './listed.ts';
import type { Pins } from './pins.ts';
import { quoted } from './printable.ts';

export interface ShownDeps {
  readonly pins: Pins;
  readonly catalogs: {
    tool(upstream: Id<'srv'>, name: string): CatalogTool | undefined;
    catalog(upstream: Id<'srv'>): Pick<ServerCatalog, 'skipped'> | undefined;
    refresh(upstream: Id<'srv'>): Promise<void>;
  };
  /** For the operator. */
  readonly tell: (message: string) => void;
}

/** `text` is the definition exactly as it stands in an answer that was scanned strictly. */
export type IsShown = (server: McpServer, name: string, text: string) => boolean;

/** Definitions that the operator is told of before the list of them starts anew. */
const MAX_TOLD = 1_000;

export function createShown({ pins, catalogs, tell }: ShownDeps): IsShown {
  const isAccepted = createListedCheck();
  const told = new Set<string>();

  const isKnown = (server: McpServer, name: string, digest: string): boolean =>
    catalogs.tool(server.uid, name)?.digest === digest || pins.of(server.uid).get(name)?.digest === digest;

  /** The gateway was shown it, too, and told the operator why it is of no use. */
  const isLeftOut = (server: McpServer, name: string): boolean =>
    catalogs.catalog(server.uid)?.skipped.some((one) => one.kind === 'tool' && one.name === name) === true;

  async function lookAgain(server: McpServer, name: string, text: string): Promise<void> {
    const digest = digestOf(text);
    const key = JSON.stringify([server.uid, digest]);
    if (isKnown(server, name, digest)) return;
    await catalogs.refresh(server.uid);
    if (isKnown(server, name, digest) || isLeftOut(server, name) || told.has(key)) return;
    if (told.size >= MAX_TOLD) told.clear();
    told.add(key);
    tell(
      `server \`${server.name}\` shows agents another definition of the tool ${quoted(name)} than it shows the gateway: agents are not shown it`,
    );
  }

  return (server, name, text) => {
    if (server.toolPinning === 'off') return true;
    const tool = catalogs.tool(server.uid, name);
    const pin = pins.of(server.uid).get(name);
    if (tool !== undefined && pin !== undefined && isAccepted(pin, text))
      return pins.standing(server, tool) === 'accepted';
    lookAgain(server, name, text).catch((error: unknown) => tell(String(error)));
    return false;
  };
}
