// Which rows of the list are drawn: those that are seen, and some beyond them. Rows go by where they stand in the list, from 0.

/** Rows beyond what is seen, on either side, at least: what a fast wheel passes while more are drawn. */
const BEYOND = 12;
/**
 * WHY in steps: with any row that comes or goes, the browser lays the table out and paints it anew. In between it only moves what
 * is painted, and nothing of ours runs.
 */
const STEP = 8;

/** From one row up to, not including, another. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** The step that a row belongs to: its first row. */
const stepOf = (row: number): number => row - (row % STEP);

/** `first`: the first row that is seen; `fit`: how many are seen at once; `count`: how many there are. */
export function drawnRows(first: number, fit: number, count: number): Stretch {
  const step = stepOf(Math.min(first, Math.max(0, count - 1)));
  return { from: Math.max(0, step - BEYOND), to: Math.min(count, step + STEP + fit + BEYOND) };
}

/** All of them in order, and the row where the keyboard stands: it is not taken away from under it. -1: it stands in none. */
export function withKept({ from, to }: Stretch, kept: number): readonly number[] {
  const rows = Array.from({ length: to - from }, (_, at) => from + at);
  if (kept < 0 || (kept >= from && kept < to)) return rows;
  return kept < from ? [kept, ...rows] : [...rows, kept];
}
