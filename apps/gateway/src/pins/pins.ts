// The pins in memory, as the store has them: read whole at the start, replaced only by what was committed.
import type { Id } from '@countersign/audit';
import type { McpServer } from '../registry/types.ts';
import type { ToolPinRecord } from '../store/readers/tool-pins.ts';
import type { Change } from '../store/types.ts';
import type { ServerCatalog } from '../upstreams/catalog.ts';
import type { CatalogTool } from '../upstreams/definitions.ts';
import { standingOf } from './standing.ts';
import type { Pin, ServerPins, Standing } from './types.ts';

/** Pins that a catalogue brings: rows for the commit that it is recorded in, and what to do once it is durable. */
export interface Sighting {
  readonly changes: readonly Change[];
  adopt(): void;
}

export interface Pins {
  load(stored: Iterable<ToolPinRecord>): void;
  of(upstream: Id<'srv'>): ServerPins;
  standing(server: McpServer, tool: Pick<CatalogTool, 'name' | 'digest'>): Standing;
  /** The tools of a catalogue that nobody saw before, where the server's are pinned at sight. */
  atSight(server: McpServer, catalog: ServerCatalog): Sighting;
  /** Takes over a pin that was committed. */
  put(upstream: Id<'srv'>, pin: Pin): void;
}

/**
 * Tools of one server that are believed at sight: as many as one catalogue may list. Pins stay when their tools go, and a
 * server that invents names without end must fill neither memory nor disk; beyond it a person has to accept.
 */
const MAX_AT_SIGHT = 10_000;

export function createPins(now: () => number): Pins {
  const servers = new Map<string, Map<string, Pin>>();
  const own = (upstream: string): Map<string, Pin> => {
    const known = servers.get(upstream) ?? new Map<string, Pin>();
    servers.set(upstream, known);
    return known;
  };
  const of = (upstream: Id<'srv'>): ServerPins => servers.get(upstream) ?? NONE;

  return {
    of,
    load(stored) {
      for (const { upstreamUid, ...pin } of stored) own(upstreamUid).set(pin.tool, pin);
    },
    standing: ({ uid, toolPinning }, { name, digest }) => standingOf(toolPinning, of(uid).get(name), digest),
    atSight({ uid, toolPinning }, { tools }) {
      const pins = of(uid);
      const unseen = toolPinning === 'first-seen' ? tools.filter(({ name }) => !pins.has(name)) : [];
      const taken = unseen.slice(0, Math.max(0, MAX_AT_SIGHT - pins.size)).map(
        ({ name, definition, digest }): Pin => ({
          tool: name,
          definition,
          digest,
          acceptedBy: null,
          acceptedAt: now(),
        }),
      );
      return {
        // A person may have accepted one meanwhile: their word stands.
        changes: taken.map((pin) => ({ ensure: 'tool_pins', row: rowOf(uid, pin) })),
        adopt() {
          const known = own(uid);
          for (const pin of taken) if (!known.has(pin.tool)) known.set(pin.tool, pin);
        },
      };
    },
    put: (upstream, pin) => void own(upstream).set(pin.tool, pin),
  };
}

const NONE: ServerPins = new Map();

export function rowOf(upstream: Id<'srv'>, { tool, definition, digest, acceptedBy, acceptedAt }: Pin) {
  return {
    upstream_uid: upstream,
    tool,
    definition,
    digest,
    accepted_by: acceptedBy,
    accepted_at: acceptedAt,
  };
}
