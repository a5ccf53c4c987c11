// What a pin is: the definition of a tool that may be used. A tool that its server defines otherwise since is held back
// until an operator accepts the new definition (DESIGN section 8, "tool pin").

export interface Pin {
  readonly tool: string;
  /** The exact text that was accepted. */
  readonly definition: string;
  /** Of its canonical text, so over every member: name, title, description, schemas, annotations, icons, `_meta`. */
  readonly digest: string;
  /** Registry name of the person who accepted it; null where it was taken at sight. */
  readonly acceptedBy: string | null;
  /** Milliseconds since the epoch. */
  readonly acceptedAt: number;
}

/** The pins of one server, by tool. */
export type ServerPins = ReadonlyMap<string, Pin>;

/** How the definition that a server gives now stands to what was accepted: only `accepted` may be shown and called. */
export type Standing = 'accepted' | 'changed' | 'new';
