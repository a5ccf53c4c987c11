// Readers for somebody who waits for what comes of it: whatever is read for them ends once they do not wait any more. Knows
// nothing of what is read.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Archive } from '../archive/read.ts';
import type { ExportReaders } from './types.ts';

const ENTRIES_PER_TURN = 256;

/** Reading throws the signal's reason once it is aborted. Entries that are read one by one leave turns to others, too. */
export function whileWanted(readers: ExportReaders, signal: AbortSignal): ExportReaders {
  const { log, calls, exports, moved } = readers;
  let read = 0;
  async function* each<T>(all: AsyncIterable<T>): AsyncGenerator<T, void> {
    for await (const one of all) {
      signal.throwIfAborted();
      yield one;
    }
  }
  return {
    ...readers,
    log: {
      ...log,
      async entry(index) {
        read += 1;
        if (read % ENTRIES_PER_TURN === 0) await nextTurn();
        signal.throwIfAborted();
        return log.entry(index);
      },
      entries: (from, to) => each(log.entries(from, to)),
    },
    calls: {
      ...calls,
      async page(query, options) {
        signal.throwIfAborted();
        return calls.page(query, options);
      },
    },
    exports: { ...exports, ofKinds: (kinds, from, to) => each(exports.ofKinds(kinds, from, to)) },
    ...(moved === undefined
      ? {}
      : {
          moved: {
            ...moved,
            archives: moved.archives.map((archive) => wanted(archive, signal)),
            header: async (index) => {
              signal.throwIfAborted();
              return moved.header(index);
            },
            entry: async (index) => {
              signal.throwIfAborted();
              return moved.entry(index);
            },
          },
        }),
  };
}

function wanted(archive: Archive, signal: AbortSignal): Archive {
  return {
    ...archive,
    async *entries() {
      for await (const page of archive.entries()) {
        signal.throwIfAborted();
        yield page;
      }
    },
    async page(tile) {
      signal.throwIfAborted();
      return archive.page(tile);
    },
    async headers(tile) {
      signal.throwIfAborted();
      return archive.headers(tile);
    },
  };
}
