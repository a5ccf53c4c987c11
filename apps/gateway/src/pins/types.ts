// What a pin is: the definition of a tool, prompt, resource, template, or the instructions of a server that may be used.
// What its server defines otherwise since is held back until an operator accepts the new definition (DESIGN section 8, "tool
// pin").
import type { PinRecord } from '../store/readers/pins.ts';
import type { Definition, ItemKind } from '../upstreams/definitions.ts';

export type Pin = Omit<PinRecord, 'upstreamUid'>;

/** The pins of one server. */
export interface ServerPins {
  get(kind: ItemKind, name: string): Pin | undefined;
  /** Whether the server changed so much lately that this definition is on no record yet: then nobody uses it. */
  isUnrecorded(item: Definition): boolean;
}

/** How the definition that a server gives now stands to what was accepted: only `accepted` may be shown and used. */
export type Standing = 'accepted' | 'changed' | 'new';
