// What data agents, subjects and chains have touched, as policy sees it (DESIGN section 6).

/** One label that an agent or a subject is exposed to, and what brought it. */
export interface Exposed {
  /** An agent's uid, or a subject's key. */
  readonly holder: string;
  readonly label: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
  /** The last call that brought it. */
  readonly call: string;
  /** That call as the searchable index has it; null where it has none. */
  readonly by: {
    readonly agent: string | null;
    /** On whose behalf it was made; erasable. */
    readonly subject: string | null;
    readonly upstream: string | null;
    readonly resource: string | null;
    readonly startedAt: number;
  } | null;
}

/** Everybody where nothing is named. */
export interface WhoseExposure {
  /** Uid of an agent: its own, and that of the people for whom it brought something. */
  readonly agent?: string;
  /** One person: the key, or the name in tokens, which several issuers may give to different people. */
  readonly subject?: string;
}

export interface ExposureReader {
  /** Labels that any of the holders (agent uids, subject keys) is exposed to at `now` (milliseconds since the epoch). */
  exposure(holders: readonly string[], now: number): Promise<readonly string[]>;
  /** Who is exposed to what at `now`, by holder and label; at most `limit`. */
  exposed(
    whom: WhoseExposure,
    options: { readonly now: number; readonly limit: number },
  ): Promise<readonly Exposed[]>;
  chainLabels(chain: string): Promise<readonly string[]>;
}
