// The part of a list of calls that is held in memory: newest first, without gaps, bounded however long the list is. What lies
// above it is a number, what lies below is fetched when it is scrolled to. Pure; knows neither stream nor table.
import type { Call } from '../../../api/types.ts';

export interface CallWindow {
  readonly rows: readonly Call[];
  /** Calls of the list that are newer than the rows and were let go of. */
  readonly above: number;
  /** Whether no older call fits. */
  readonly isEnd: boolean;
  /** Calls that came while the rows were held still; newest first, never more than are kept. */
  readonly waiting: readonly Call[];
  /** Every call that came then, those that are not kept included. */
  readonly waitingIds: ReadonlySet<string>;
}

export const KEPT_ROWS = 1000;
export const KEPT_WAITING = 300;
/** Beyond it, how many wait is said to be more than that. */
const COUNTED_WAITING = 10_000;

export const emptyWindow: CallWindow = {
  rows: [],
  above: 0,
  isEnd: true,
  waiting: [],
  waitingIds: new Set(),
};

export const firstRows = (rows: readonly Call[], isEnd: boolean): CallWindow => ({
  ...emptyWindow,
  rows,
  isEnd,
});

/** With the rows that follow; lets go of the newest where they become too many. */
export function withOlder(window: CallWindow, older: readonly Call[], isEnd: boolean): CallWindow {
  const rows = [...window.rows, ...onlyNew(window.rows, older)];
  const excess = Math.max(0, rows.length - KEPT_ROWS);
  return { ...window, rows: rows.slice(excess), above: window.above + excess, isEnd };
}

/** With the rows that come before; `isTop`: nothing is newer. Lets go of the oldest where they become too many. */
export function withNewer(window: CallWindow, newer: readonly Call[], isTop: boolean): CallWindow {
  const rows = [...onlyNew(window.rows, newer), ...window.rows];
  const fetched = new Set(rows.map(({ id }) => id));
  return {
    waiting: window.waiting.filter(({ id }) => !fetched.has(id)),
    waitingIds: new Set([...window.waitingIds].filter((id) => !fetched.has(id))),
    rows: rows.slice(0, KEPT_ROWS),
    above: isTop ? 0 : Math.max(1, window.above - newer.length),
    isEnd: window.isEnd && rows.length <= KEPT_ROWS,
  };
}

/**
 * Takes calls that the stream brought. A row that is known is replaced where it stands, unless it is older than what is
 * known. Of the others, those asked for are shown in their place, or wait if `still`; those of the list below are left to
 * be fetched. While the rows may move, what is no longer asked for leaves.
 */
export function received(
  window: CallWindow,
  calls: readonly Call[],
  isWanted: (call: Call) => boolean,
  still: boolean,
): CallWindow {
  if (calls.length === 0) return window;
  const latest = new Map<string, Call>();
  for (const call of calls) {
    const known = latest.get(call.id);
    if (known === undefined || versionOf(call) >= versionOf(known)) latest.set(call.id, call);
  }
  const rows = replaced(window.rows, latest);
  const waiting = replaced(window.waiting, latest).filter(isWanted);
  for (const { id } of [...rows, ...waiting]) latest.delete(id);
  const oldest = rows.at(-1)?.firstIndex ?? -1;
  const fresh = [...latest.values()].filter(
    (call) => isWanted(call) && (window.isEnd || call.firstIndex > oldest),
  );
  const mayMove = !still && window.above === 0;
  if (mayMove) return capped({ ...window, waiting, rows: inOrder([...fresh, ...rows.filter(isWanted)]) });
  if (fresh.length === 0) return { ...window, rows, waiting };
  const waitingIds = new Set(window.waitingIds);
  for (const { id } of fresh) if (waitingIds.size < COUNTED_WAITING) waitingIds.add(id);
  return { ...window, rows, waiting: inOrder([...fresh, ...waiting]).slice(0, KEPT_WAITING), waitingIds };
}

/** Whether what waits can be shown from here; if not, the list has to be fetched anew. */
export const canRelease = ({ above, waiting, waitingIds }: CallWindow): boolean =>
  above === 0 && waitingIds.size <= waiting.length;

export function released(window: CallWindow, isWanted: (call: Call) => boolean): CallWindow {
  const rows = inOrder([...onlyNew(window.rows, window.waiting), ...window.rows.filter(isWanted)]);
  return capped({ ...window, rows, waiting: [], waitingIds: new Set() });
}

/** A call moves forward only: what was read later than it was streamed is not put back. */
const versionOf = ({ decidedIndex, endedIndex }: Call): number => Math.max(decidedIndex, endedIndex ?? -1);

function replaced(rows: readonly Call[], latest: ReadonlyMap<string, Call>): readonly Call[] {
  if (!rows.some(({ id }) => latest.has(id))) return rows;
  return rows.map((row) => {
    const other = latest.get(row.id);
    return other === undefined || versionOf(other) < versionOf(row) ? row : other;
  });
}

function onlyNew(rows: readonly Call[], more: readonly Call[]): readonly Call[] {
  const known = new Set(rows.map(({ id }) => id));
  return more.filter(({ id }) => !known.has(id));
}

const inOrder = (rows: readonly Call[]): readonly Call[] =>
  [...rows].sort((a, b) => b.firstIndex - a.firstIndex);

/** A tail is let go of, not an archive kept. */
function capped(window: CallWindow): CallWindow {
  if (window.rows.length <= KEPT_ROWS) return window;
  return { ...window, rows: window.rows.slice(0, KEPT_ROWS), isEnd: false };
}
