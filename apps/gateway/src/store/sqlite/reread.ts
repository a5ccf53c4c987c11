// Reads back what is to be signed: a few entries at once, many in a thread of their own, which is started when there are many
// for the first time.
import { Worker } from 'node:worker_threads';
import Database from 'better-sqlite3';
import type { CompactRange } from '@countersign/audit';
import { StoreError } from '../store-error.ts';
import type { Extended, ExtendTree } from './extend-tree.ts';
import type { FromReread, RereadData, ToReread } from './reread-worker.ts';

export interface Reread {
  /** As `ExtendTree`; one at a time. Rejects with what that throws. */
  extend(from: CompactRange, size: number): Promise<Extended>;
  close(): void;
}

/** Entries whose reading takes about as long as asking another thread does. */
const FEW = 256;

/** `here` reads in this thread, through a connection to the same database. */
export function createReread(here: ExtendTree, data: RereadData): Reread {
  let thread: Worker | null = null;
  let asked: PromiseWithResolvers<Extended> | null = null;

  function started(): Worker {
    const worker = new Worker(new URL('reread-worker.ts', import.meta.url), {
      workerData: data,
      execArgv: [],
    });
    worker.on('message', (answer: FromReread) => {
      if (answer.type === 'extended') asked?.resolve(answer.extended);
      else asked?.reject(errorOf(answer));
    });
    worker.on('error', (error) => asked?.reject(error));
    worker.on('exit', () => {
      thread = null;
      asked?.reject(new Error('the thread that reads entries back ended'));
    });
    return worker;
  }

  return {
    async extend(from, size) {
      if (size - from.size <= FEW) return here(from, size);
      thread ??= started();
      asked = Promise.withResolvers();
      thread.postMessage({ from, size } satisfies ToReread, []);
      return asked.promise;
    },
    close: () => void thread?.terminate(),
  };
}

function errorOf(answer: Exclude<FromReread, { type: 'extended' }>): Error {
  if (answer.type === 'refused') return new StoreError(answer.code, answer.message);
  return answer.code === null
    ? new Error(answer.message)
    : new Database.SqliteError(answer.message, answer.code);
}
