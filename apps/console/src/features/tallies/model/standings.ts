// How calls stand, for charts and tables: one list of kinds, each with its words, its colour and where it leads.
import type { Tally } from '../../../api/types.ts';

export type Standing = Exclude<keyof Tally, 'calls'>;

export interface StandingLook {
  readonly standing: Standing;
  readonly label: string;
  /** A role colour of the style sheet. */
  readonly color: string;
  /** What tells it apart without colour: each has its own. */
  readonly pattern: 'solid' | 'columns' | 'rows' | 'stripes' | 'falling' | 'dots' | 'cross';
}

/** From the bottom of a bar to its top. */
export const STANDINGS = [
  { standing: 'ok', label: 'Done', color: 'var(--color-allow)', pattern: 'solid' },
  { standing: 'open', label: 'Running', color: 'var(--color-accent)', pattern: 'columns' },
  { standing: 'ended', label: 'Given up', color: 'var(--color-edge)', pattern: 'rows' },
  { standing: 'held', label: 'Held', color: 'var(--color-hold)', pattern: 'stripes' },
  { standing: 'denied', label: 'Denied', color: 'var(--color-deny)', pattern: 'cross' },
  { standing: 'failed', label: 'Failed', color: 'var(--color-deny)', pattern: 'dots' },
  { standing: 'unknown', label: 'Unknown', color: 'var(--color-ink)', pattern: 'falling' },
] as const satisfies readonly StandingLook[];

/** The kinds that occur in any of `tallies`: what did not happen has no place in a legend. */
export function occurring(tallies: readonly Tally[]): readonly StandingLook[] {
  return STANDINGS.filter(({ standing }) => tallies.some((tally) => tally[standing] > 0));
}

/** Of what nobody called. */
export const NO_CALLS: Tally = {
  calls: 0,
  ok: 0,
  failed: 0,
  denied: 0,
  held: 0,
  open: 0,
  unknown: 0,
  ended: 0,
};

/** `1,204 calls: 1,100 done, 84 denied, 20 held`: a chart in one sentence. */
export function tallyText(tally: Tally): string {
  const parts = STANDINGS.filter(({ standing }) => tally[standing] > 0).map(
    ({ standing, label }) => `${count(tally[standing])} ${label.toLowerCase()}`,
  );
  const calls = `${count(tally.calls)} ${tally.calls === 1 ? 'call' : 'calls'}`;
  return parts.length === 0 ? calls : `${calls}: ${parts.join(', ')}`;
}

const numbers = new Intl.NumberFormat('en-GB');
const count = (value: number): string => numbers.format(value);
