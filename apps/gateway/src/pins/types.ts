// What a pin is: the definition of a tool, prompt, resource, template, or the instructions of a server that may be used.
// What its server defines otherwise since is held back until an operator accepts the new definition (DESIGN section 8, "tool
// pin").
import type { Definition, ItemKind } from '../upstreams/definitions.ts';

export interface Pin {
  readonly kind: ItemKind;
  readonly name: string;
  /** The exact text that was accepted. */
  readonly definition: string;
  /** Of its canonical text, so over every member that says what the thing is (upstreams/definitions.ts). */
  readonly digest: string;
  /** Registry name of the person who accepted it; null where it was taken at sight. */
  readonly acceptedBy: string | null;
  /** Milliseconds since the epoch. */
  readonly acceptedAt: number;
}

/** The pins of one server. */
export interface ServerPins {
  get(kind: ItemKind, name: string): Pin | undefined;
  /** Whether the server changed so much lately that this definition is on no record yet: then nobody uses it. */
  isUnrecorded(item: Definition): boolean;
}

/** How the definition that a server gives now stands to what was accepted: only `accepted` may be shown and used. */
export type Standing = 'accepted' | 'changed' | 'new';
