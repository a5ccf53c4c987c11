// What live streams are told of a commit: the headers as the writer sealed them, with the details of the request.
import { type EntryHeader, fromUtf8 } from '@countersign/audit';
import type { CommittedEntry } from '../../store.ts';
import type { CommitRequest } from '../../types.ts';
import type { CommitOutcome } from './requests.ts';

/** The entries of a request that was committed, in log order; none of one that was not. */
export function committedEntries(request: CommitRequest, outcome: CommitOutcome): readonly CommittedEntry[] {
  if ('bug' in outcome || !outcome.result.ok) return [];
  return outcome.result.receipts.map(({ leaf }, i) => {
    let parsed: EntryHeader | null = null;
    return {
      // WHY not at once: it costs the thread that serves calls, and most listeners only want to know that there is news.
      get header() {
        // The writer sealed and checked it a moment ago.
        parsed ??= JSON.parse(fromUtf8(outcome.headers[i] ?? new Uint8Array()) ?? '') as EntryHeader;
        return parsed;
      },
      leaf,
      details: request.entries[i]?.details ?? {},
    };
  });
}
