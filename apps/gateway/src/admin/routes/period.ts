// A stretch of time in the query of a route: the last 24 hours where nothing is said.
import { Refusal } from '../refusal.ts';

const DAY_MS = 86_400_000;

/** Milliseconds since the epoch. Throws a Refusal where `to` is not after `from`. */
export function periodOf(
  given: { readonly from?: string | undefined; readonly to?: string | undefined },
  now: number,
): { readonly from: number; readonly to: number } {
  const to = given.to === undefined ? now + 1 : Date.parse(given.to);
  const from = given.from === undefined ? to - DAY_MS : Date.parse(given.from);
  if (from < to) return { from, to };
  throw new Refusal(
    400,
    'malformed_request',
    'query refused: `to` is not after `from`: nothing can be between them',
  );
}
