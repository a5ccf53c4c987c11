// What live streams are told of a commit: the headers as the writer sealed them, with the details of the request.
import { type EntryHeader, fromUtf8 } from '@countersign/audit';
import type { CommittedEntry } from '../store.ts';
import type { CommitRequest } from '../types.ts';
import type { CommitOutcome } from './requests.ts';

/** The entries of a request that was committed, in log order; none of one that was not. */
export function committedEntries(request: CommitRequest, outcome: CommitOutcome): readonly CommittedEntry[] {
  if ('bug' in outcome || !outcome.result.ok) return [];
  return outcome.result.receipts.map(({ leaf }, i) => {
    const text = fromUtf8(outcome.headers[i] ?? new Uint8Array());
    // The writer sealed and checked it a moment ago.
    const header = JSON.parse(text ?? '') as EntryHeader;
    return { header, leaf, details: request.entries[i]?.details ?? {} };
  });
}
