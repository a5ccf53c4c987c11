// Follows the live log in a thread of its own and verifies every entry as it is read back from disk, by the same code
// that auditors run. It reads only; what it finds is told to the main thread, which shows it.
import { parentPort, workerData } from 'node:worker_threads';
import { type StoredEntry, verifyLog } from '@countersign/audit';
import { createEntryRange } from '../store/sqlite/entries.ts';
import { openForReading } from '../store/sqlite/open.ts';
import type { FollowData, Followed } from './follow.ts';

const { database, origin } = workerData as FollowData;
const db = openForReading(database);
const range = createEntryRange(db);
let wake = Promise.withResolvers<void>();
const ending = new AbortController();

parentPort?.on('message', (message: 'more' | 'end') => {
  if (message === 'end') ending.abort();
  wake.resolve();
});

/** Never ends by itself: at the head it waits to be told that there is more. */
async function* follow(): AsyncGenerator<StoredEntry, void> {
  let next = 0;
  while (!ending.signal.aborted) {
    wake = Promise.withResolvers<void>();
    for (const entry of range(next, Number.MAX_SAFE_INTEGER)) {
      yield entry;
      // Asked for the next one: this one has been verified.
      next = entry.index + 1;
      if (next % 1000 === 0) tell({ verifiedTo: next, isAtHead: false });
    }
    tell({ verifiedTo: next, isAtHead: true });
    if (!ending.signal.aborted) await wake.promise;
  }
}

await verifyLog(follow(), { origin, onFailure: ({ index, message }) => tell({ brokenAt: index, message }) });
db.close();
// The port would keep the thread alive.
parentPort?.close();

function tell(followed: Followed): void {
  parentPort?.postMessage(followed);
}
