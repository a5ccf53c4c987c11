// What a meter is: a counted or summed quantity over a window, declared beside the policies that read it (DESIGN section
// 6, "Meters"). Plain data; made by `compile-meters.ts` alone.

/** Whose quantity a meter keeps apart: each agent's, person's, team's, or each chain of calls' own. */
export type MeterPer = 'agent' | 'subject' | 'team' | 'chain';

/** Cedar's type of a meter: Long for counts and sums of Longs, decimal for sums of decimals. */
export type MeterType = 'long' | 'decimal';

/** A meter of a compiled set. */
export interface Meter {
  /** A Cedar identifier: policies read `context.meter.<name>`. */
  readonly name: string;
  /** Ids of the actions and action groups that it counts. */
  readonly on: readonly string[];
  /** 1 counts calls; else the path of the argument that is summed, name by name below `context.input`. */
  readonly add: 1 | { readonly input: readonly string[] };
  readonly per: MeterPer;
  readonly windowMs: number;
  readonly type: MeterType;
  readonly description?: string;
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 units. */
  readonly column: number;
}

/** The built-in meters, each a count of the agent's calls. */
export const USAGE_WINDOWS = {
  callsLastMinute: 60_000,
  callsLastHour: 3_600_000,
  callsLastDay: 86_400_000,
} as const;

export type UsageName = keyof typeof USAGE_WINDOWS;

/** One quantity that a call may have to be measured by: a declared meter or a built-in one. */
export interface Measure {
  /** Under which member of the context policies read it. */
  readonly of: 'meter' | 'usage';
  readonly name: string;
  /**
   * What is kept under one count in the store: the name with what is added. Another window, other actions or another type go on
   * with what was counted; another quantity under the same name starts anew.
   */
  readonly key: string;
  readonly add: Meter['add'];
  readonly per: MeterPer;
  readonly windowMs: number;
  readonly type: MeterType;
}
