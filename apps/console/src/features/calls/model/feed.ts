// The live list of calls as a value: what is shown, what waits to be shown, and how many. Pure; knows neither the
// stream that brings calls nor the table that shows them.

/** The part of a call that its place in the list depends on. */
export interface Placed {
  readonly id: string;
  /** Index of the entry that first decided the call: the order of the list. */
  readonly decidedIndex: number;
}

export interface Feed<Call extends Placed> {
  /** Newest first, never more than the cap. */
  readonly shown: readonly Call[];
  /** Calls that arrived while the list was held still; newest first, never more than the cap. */
  readonly waiting: readonly Call[];
  /** How many calls arrived while the list was held still, dropped ones included. */
  readonly waitingCount: number;
}

/** Rows beyond this are dropped from the page: it is a tail, not an archive. */
export const FEED_CAP = 200;

export const emptyFeed: Feed<never> = { shown: [], waiting: [], waitingCount: 0 };

/**
 * Takes a batch of calls into the feed. A call that is already there is replaced where it stands, also while the
 * list is held still; a new one is shown, or waits if `still` is set.
 */
export function receive<Call extends Placed>(
  feed: Feed<Call>,
  batch: readonly Call[],
  still: boolean,
  cap: number = FEED_CAP,
): Feed<Call> {
  if (batch.length === 0) return feed;
  const latest = new Map(batch.map((call) => [call.id, call]));
  const shown = replaceKnown(feed.shown, latest);
  const waiting = replaceKnown(feed.waiting, latest);
  const fresh = [...latest.values()];
  if (fresh.length === 0) return { ...feed, shown, waiting };
  if (!still) return { ...feed, shown: newestFirst(fresh, shown, cap), waiting };
  return {
    shown,
    waiting: newestFirst(fresh, waiting, cap),
    waitingCount: feed.waitingCount + fresh.length,
  };
}

/** Shows everything that waits. */
export function release<Call extends Placed>(feed: Feed<Call>, cap: number = FEED_CAP): Feed<Call> {
  if (feed.waitingCount === 0) return feed;
  return { shown: newestFirst(feed.waiting, feed.shown, cap), waiting: [], waitingCount: 0 };
}

/** Replaces calls that are in `latest`, and takes them out of it: what is left there is new. */
function replaceKnown<Call extends Placed>(
  calls: readonly Call[],
  latest: Map<string, Call>,
): readonly Call[] {
  if (!calls.some((call) => latest.has(call.id))) return calls;
  return calls.map((call) => {
    const replacement = latest.get(call.id);
    if (replacement === undefined) return call;
    latest.delete(call.id);
    return replacement;
  });
}

function newestFirst<Call extends Placed>(
  fresh: readonly Call[],
  older: readonly Call[],
  cap: number,
): readonly Call[] {
  return [...fresh, ...older].sort((a, b) => b.decidedIndex - a.decidedIndex).slice(0, cap);
}
