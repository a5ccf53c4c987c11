// How calls stand, as they are counted: each call counts once, in one of a few classes. One definition for counting by
// bitmaps and by rows.
import { ENTRY_KINDS } from '@countersign/audit';
import { termOf } from './words.ts';

/** In this order everywhere: how a call stands. */
export const STANDINGS = ['ok', 'failed', 'denied', 'held', 'open', 'unknown', 'ended'] as const;

export type Standing = (typeof STANDINGS)[number];

/**
 * Calls by how they stand now. `failed`: answered with an error, or the answer was withheld; `held`: waits for people;
 * `unknown`: the outcome is lost; `ended`: given up by its caller, or replaced by the retry that redeemed its approval.
 */
export type Tally = Readonly<Record<Standing, number>> & { readonly calls: number };

export const CLASSES = STANDINGS.length;

/** With these a call failed. */
export const FAILED_OUTCOMES: readonly string[] = ENTRY_KINDS['call.completed'].body.outcome.values.filter(
  (outcome) => outcome !== 'ok' && outcome !== 'aborted',
);

/** The number of a standing: its place among `STANDINGS`. */
export function standingOf(state: string, outcome: string | null): number {
  if (state !== 'completed') return STANDINGS.indexOf(state as Standing);
  if (outcome === 'ok') return STANDINGS.indexOf('ok');
  return FAILED_OUTCOMES.some((failed) => failed === outcome)
    ? STANDINGS.indexOf('failed')
    : STANDINGS.indexOf('ended');
}

/** By which terms of the facets `state` and `outcome` calls stand as they do; what is completed otherwise has `ended`. */
export const STANDING_TERMS: {
  readonly state: ReadonlyMap<number, number>;
  readonly outcome: ReadonlyMap<number, number>;
} = {
  state: new Map(
    (['denied', 'held', 'open', 'unknown'] as const).map((state) => [termOf(state), standingOf(state, null)]),
  ),
  outcome: new Map(
    ['ok', ...FAILED_OUTCOMES].map((outcome) => [termOf(outcome), standingOf('completed', outcome)]),
  ),
};

/** Of counts, one for each standing, from `at` on. */
export function tallyOf(counts: ArrayLike<number>, at = 0): Tally {
  const of = (standing: Standing): number => counts[at + STANDINGS.indexOf(standing)] ?? 0;
  let calls = 0;
  for (let i = 0; i < CLASSES; i += 1) calls += counts[at + i] ?? 0;
  return {
    calls,
    ok: of('ok'),
    failed: of('failed'),
    denied: of('denied'),
    held: of('held'),
    open: of('open'),
    unknown: of('unknown'),
    ended: of('ended'),
  };
}
