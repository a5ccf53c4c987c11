// The operator's side of pinning: everything that a server defines with how it stands, what changed, and the acceptance.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Id } from '@countersign/audit';
import { ok, type Result } from '../errors.ts';
import { shortTurns } from '../event-loop.ts';
import type { McpServer } from '../registry/types.ts';
import type { LogWriter } from '../store/types.ts';
import { itemsOf, type ServerCatalog, type Skipped } from '../upstreams/catalog.ts';
import type { Definition, ItemKind } from '../upstreams/definitions.ts';
import { acceptDefinition, type AcceptRefusal } from './accept.ts';
import { differenceOf } from './difference.ts';
import type { Pins } from './pins.ts';
import { printableDefinition } from './printable.ts';
import type { Pin, Standing } from './types.ts';

export interface ItemState {
  readonly kind: ItemKind;
  readonly name: string;
  readonly standing: Standing;
  /** Of the definition that the server lists now. */
  readonly digest: string;
  /** What may be used; null where nothing was accepted. */
  readonly accepted: Pick<Pin, 'digest' | 'acceptedBy' | 'acceptedAt'> | null;
  /** Unified diff from the accepted definition to the one listed now; null where nothing is held back. */
  readonly difference: string | null;
}

/** One definition for people to read: a member a line, and what no screen would show spelled out. */
export interface ReadableDefinition {
  readonly digest: string;
  readonly text: string;
}

export interface ItemTexts {
  readonly listed: ReadableDefinition;
  /** What agents are told; null where nothing was accepted. */
  readonly accepted: ReadableDefinition | null;
}

export interface PinDesk {
  /** Tools first, then the other kinds; by name. Calls pass in between: to compare large definitions takes its time. */
  list(server: McpServer): Promise<readonly ItemState[]>;
  /** What the server listed and nobody can rely on, with why; as of when it was last listed. */
  leftOut(server: McpServer): readonly Skipped[];
  /** Null where the server lists nothing of this name now. */
  read(
    server: McpServer,
    item: { readonly kind: ItemKind; readonly name: string },
  ): Promise<ItemTexts | null>;
  /** How much of a server is held back. */
  heldBack(server: McpServer): number;
  /** `digest` names the definition that the person was shown; `user` is their registry name. */
  accept(
    server: McpServer,
    item: { readonly kind: ItemKind; readonly name: string },
    accepted: { readonly digest: string; readonly user: string },
  ): Promise<Result<ItemState, AcceptRefusal>>;
}

export interface DeskDeps {
  readonly writer: LogWriter;
  readonly pins: Pins;
  readonly catalogs: {
    catalog(upstream: Id<'srv'>): ServerCatalog | undefined;
    item(upstream: Id<'srv'>, kind: ItemKind, name: string): Definition | undefined;
  };
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Called after a definition was accepted: lists and policies change with it. */
  readonly onAccepted: (upstream: Id<'srv'>) => void;
}

const ORDER: readonly ItemKind[] = ['tool', 'prompt', 'resource', 'template', 'instructions'];

export function createPinDesk(deps: DeskDeps): PinDesk {
  const { pins, catalogs } = deps;
  const itemsIn = (server: McpServer): readonly Definition[] => {
    const catalog = catalogs.catalog(server.uid);
    return catalog === undefined ? [] : itemsOf(catalog);
  };
  const stateOf = (server: McpServer, item: Definition): ItemState => {
    const { kind, name, digest, definition } = item;
    const pin = pins.of(server.uid).get(kind, name);
    const standing = pins.standing(server, item);
    return {
      kind,
      name,
      standing,
      digest,
      accepted:
        pin === undefined
          ? null
          : { digest: pin.digest, acceptedBy: pin.acceptedBy, acceptedAt: pin.acceptedAt },
      difference: standing === 'accepted' ? null : differenceOf(pin?.definition ?? null, definition),
    };
  };
  return {
    async list(server) {
      const sorted = itemsIn(server).toSorted(
        (a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || (a.name < b.name ? -1 : 1),
      );
      const turns = shortTurns();
      const states: ItemState[] = [];
      for (const item of sorted) {
        if (turns.isOver()) await turns.next();
        states.push(stateOf(server, item));
      }
      return states;
    },
    leftOut: (server) => catalogs.catalog(server.uid)?.skipped ?? [],
    async read(server, { kind, name }) {
      const item = catalogs.item(server.uid, kind, name);
      if (item === undefined) return null;
      const pin = pins.of(server.uid).get(kind, name);
      const listed = readable(item);
      if (pin === undefined) return { listed, accepted: null };
      if (pin.digest === item.digest) return { listed, accepted: listed };
      await nextTurn();
      return { listed, accepted: readable(pin) };
    },
    heldBack: (server) => itemsIn(server).filter((item) => pins.standing(server, item) !== 'accepted').length,
    async accept(server, { kind, name }, accepted) {
      const item = catalogs.item(server.uid, kind, name);
      if (item === undefined) {
        const message = `server \`${server.name}\` lists no ${kind} of this name now`;
        return { ok: false, error: { code: 'not_found', message } };
      }
      const done = await acceptDefinition(server, item, accepted, deps);
      if (!done.ok) return done;
      deps.onAccepted(server.uid);
      return ok(stateOf(server, item));
    },
  };
}

const readable = ({ digest, definition }: Pick<Definition, 'digest' | 'definition'>): ReadableDefinition => ({
  digest,
  text: printableDefinition(definition),
});
