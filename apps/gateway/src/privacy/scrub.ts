// The last step of an erasure: no trace of what was deleted is left in free space of a database, which is written anew for it.
import { setTimeout as pause } from 'node:timers/promises';
import type { CommitRequest } from '../store/types.ts';
import { changesIn, type ErasurePlace } from './erasure-place.ts';

/** A file that is larger is rewritten at the next start: until then commits would wait for too long. */
const SCRUB_AT_ONCE_BYTES = 1 << 30;
const SCRUB_TRIES = 50;
const SCRUB_PAUSE_MS = 100;

export function createScrubber(deps: {
  readonly commit: (request: CommitRequest) => Promise<void>;
  readonly tell: (message: string) => void;
}) {
  const { commit, tell } = deps;
  let isTold = false;

  return async function scrub(place: ErasurePlace, isStart: boolean): Promise<void> {
    const { list, readers } = place;
    const due = list.all().filter(({ state }) => state === 'done');
    if (due.length === 0) return;
    const { database } = await readers.payloads.fileBytes();
    if (database > SCRUB_AT_ONCE_BYTES && !isStart) {
      if (!isTold)
        tell('what was erased may have left traces in free space of the database: they go at the next start');
      isTold = true;
      return;
    }
    for (let tries = 0; tries < SCRUB_TRIES; tries += 1) {
      await commit({ entries: [], payloads: changesIn(place, [{ scrub: true }]) });
      // A reader in the middle of a read keeps the write-ahead log from being emptied.
      if ((await readers.payloads.fileBytes()).wal === 0) {
        for (const { change } of due) list.mark(change, 'scrubbed');
        return;
      }
      await pause(SCRUB_PAUSE_MS);
    }
    tell('what was erased may have left traces in the write-ahead log: they go at the next start');
  };
}
