// The pins in memory, as the store has them: read whole at the start, replaced only by what was committed.
import type { Id } from '@countersign/audit';
import type { McpServer } from '../registry/types.ts';
import type { PinRecord } from '../store/readers/pins.ts';
import type { Change } from '../store/types.ts';
import { itemsOf, type ServerCatalog } from '../upstreams/catalog.ts';
import { keyOf } from '../upstreams/catalog-record.ts';
import type { Definition, ItemKind } from '../upstreams/definitions.ts';
import { standingOf } from './standing.ts';
import type { Pin, ServerPins, Standing } from './types.ts';

/** Pins that a catalogue brings: rows for the commit that it is recorded in, and what to do once it is durable. */
export interface Sighting {
  readonly changes: readonly Change[];
  adopt(): void;
}

export interface Pins {
  load(stored: Iterable<PinRecord>): void;
  of(upstream: Id<'srv'>): ServerPins;
  standing(server: McpServer, item: Definition): Standing;
  /** What of a catalogue nobody saw before, where the server's definitions are pinned at sight. */
  atSight(server: McpServer, catalog: ServerCatalog): Sighting;
  /** Takes over a pin that was committed. */
  put(upstream: Id<'srv'>, pin: Pin): void;
  /** What a server defines now and is on no record; whatever was so before is forgotten. */
  unrecorded(upstream: Id<'srv'>, items: readonly Definition[]): void;
}

/**
 * Definitions of one server that are believed at sight: about as many as one catalogue may list, and no more text than this.
 * Pins stay when what they pin goes, and a server that invents names without end must fill neither memory nor disk; beyond it
 * a person has to accept.
 */
const MAX_AT_SIGHT = 10_000;
const MAX_CHARACTERS_AT_SIGHT = 32 * 1024 * 1024;

interface Own extends ServerPins {
  readonly pins: Map<string, Pin>;
  unrecorded: ReadonlySet<string>;
  characters: number;
}

export function createPins(now: () => number): Pins {
  const servers = new Map<string, Own>();
  const own = (upstream: string): Own => {
    const known = servers.get(upstream) ?? newOwn();
    servers.set(upstream, known);
    return known;
  };
  const of = (upstream: Id<'srv'>): ServerPins => servers.get(upstream) ?? NONE;
  const put = (upstream: string, pin: Pin): void => {
    const to = own(upstream);
    const before = to.pins.get(nameOf(pin.kind, pin.name));
    to.characters += pin.definition.length - (before?.definition.length ?? 0);
    to.pins.set(nameOf(pin.kind, pin.name), pin);
  };

  return {
    of,
    put,
    load(stored) {
      for (const { upstreamUid, ...pin } of stored) put(upstreamUid, pin);
    },
    standing: ({ uid, toolPinning }, item) => standingOf(toolPinning, of(uid), item),
    atSight({ uid, toolPinning }, catalog) {
      const { pins, characters } = own(uid);
      const taken: Pin[] = [];
      let left = MAX_CHARACTERS_AT_SIGHT - characters;
      for (const { kind, name, definition, digest } of toolPinning === 'first-seen' ? itemsOf(catalog) : []) {
        if (pins.has(nameOf(kind, name))) continue;
        left -= definition.length;
        if (pins.size + taken.length >= MAX_AT_SIGHT || left < 0) break;
        taken.push({ kind, name, definition, digest, acceptedBy: null, acceptedAt: now() });
      }
      return {
        // A person may have accepted one meanwhile: their word stands.
        changes: taken.map((pin) => ({ ensure: 'pins', row: rowOf(uid, pin) })),
        adopt() {
          for (const pin of taken) if (!pins.has(nameOf(pin.kind, pin.name))) put(uid, pin);
        },
      };
    },
    unrecorded(upstream, items) {
      own(upstream).unrecorded = new Set(items.map(keyOf));
    },
  };
}

const NONE: ServerPins = { get: () => undefined, isUnrecorded: () => false };

const nameOf = (kind: ItemKind, name: string): string => `${kind} ${name}`;

function newOwn(): Own {
  const pins = new Map<string, Pin>();
  const fresh: Own = {
    pins,
    unrecorded: new Set(),
    characters: 0,
    get: (kind, name) => pins.get(nameOf(kind, name)),
    isUnrecorded: (item) => fresh.unrecorded.has(keyOf(item)),
  };
  return fresh;
}

export function rowOf(upstream: Id<'srv'>, pin: Pin) {
  const { kind, name, definition, digest, acceptedBy, acceptedAt } = pin;
  return {
    upstream_uid: upstream,
    kind,
    name,
    definition,
    digest,
    accepted_by: acceptedBy,
    accepted_at: acceptedAt,
  };
}
