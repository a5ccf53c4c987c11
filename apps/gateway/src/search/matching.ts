// All calls that a query finds, one after another, for whoever acts on them (exports, erasure): page by page, so that
// nothing is held open and calls that are recorded meanwhile are neither missed nor met twice.
import type { CallReader, CallRecord } from '../store/readers/calls.ts';
import type { CallQuery } from './query.ts';

const PAGE = 500;

/**
 * Newest first, from behind `before` (the `next` of a page; default: from the newest). Throws what the reader throws.
 */
export async function* matchingCalls(
  calls: Pick<CallReader, 'page'>,
  query: CallQuery,
  before?: number,
): AsyncGenerator<CallRecord, void> {
  let page = await calls.page(query, { limit: PAGE, before });
  yield* page.calls;
  while (page.next !== null) {
    page = await calls.page(query, { limit: PAGE, before: page.next });
    yield* page.calls;
  }
}
