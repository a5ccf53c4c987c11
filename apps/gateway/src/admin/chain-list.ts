// Chains by the calls in them: each stands where the newest of its calls is that was asked for, so that a list goes on behind
// any place without repeating one. Looks at a bounded number of calls, whatever is asked.
import type { CallQuery } from '../search/query.ts';
import type { CallReader, CallRecord } from '../store/readers/calls.ts';

/** Calls looked at for one page: a chain may have thousands. */
const MOST_CALLS = 2000;
const CALLS_PER_READ = 200;
const MOST_COUNTED = 100;

export interface ListedChain {
  readonly id: string;
  /** The newest of its calls that was asked for. */
  readonly newest: CallRecord;
  /** How many of its calls were asked for; at least so many where `isMore`. */
  readonly calls: number;
  readonly isMore: boolean;
}

export interface ChainPage {
  readonly chains: readonly ListedChain[];
  /** Give it as `before` to go on; null when there is nothing more. */
  readonly next: number | null;
}

export async function chainPage(
  calls: Pick<CallReader, 'page'>,
  query: CallQuery,
  { limit, before }: { readonly limit: number; readonly before: number | undefined },
): Promise<ChainPage> {
  const chains: ListedChain[] = [];
  const seen = new Set<string>();
  let place = before;
  for (let read = 0; read < MOST_CALLS; ) {
    const page = await calls.page(query, { limit: CALLS_PER_READ, before: place });
    for (const call of page.calls) {
      read += 1;
      place = call.seq;
      if (seen.has(call.chain)) continue;
      seen.add(call.chain);
      const fitting = await calls.page({ ...query, chain: call.chain }, { limit: MOST_COUNTED });
      // One whose newest call is on a page before this one was listed there.
      if (fitting.calls[0]?.seq !== call.seq) continue;
      const { length } = fitting.calls;
      chains.push({ id: call.chain, newest: call, calls: length, isMore: fitting.next !== null });
      if (chains.length === limit) return { chains, next: place };
    }
    if (page.next === null) return { chains, next: null };
  }
  return { chains, next: place ?? null };
}
