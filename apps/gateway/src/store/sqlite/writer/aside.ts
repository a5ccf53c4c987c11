// The writer's side of the thread beside it, which is started when there is something to do for it.
import { Worker } from 'node:worker_threads';
import type { CompactRange } from '@countersign/audit';
import Database from 'better-sqlite3';
import { StoreError } from '../../store-error.ts';
import type { AsideData, FromAside, Tasks } from './aside-worker.ts';
import type { PackAsk, Part } from '../calls/call-index.ts';
import type { Extended, ExtendTree } from '../tree/extend-tree.ts';

/** Each rejects with what the task throws, and with an Error when the thread ends. */
export interface Aside {
  /** Reads back what is to be signed: as `ExtendTree`. */
  extend(from: CompactRange, size: number): Promise<Extended>;
  /** What the index of calls has to be, by the rows that are committed. */
  pack(ask: PackAsk): Promise<readonly Part[]>;
  /** Moves into the database what was in the write-ahead log when it began. */
  checkpoint(): Promise<void>;
  /** Resolves when the thread has ended. */
  close(): Promise<void>;
}

/** Entries whose reading takes about as long as asking another thread does. */
const FEW = 256;

/** `here` reads in this thread, through a connection to the same database. */
export function createAside(here: ExtendTree, data: AsideData): Aside {
  let thread: Worker | null = null;
  let lastId = 0;
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();

  function started(): Worker {
    const worker = new Worker(new URL('aside-worker.ts', import.meta.url), {
      workerData: data,
      execArgv: [],
    });
    worker.on('message', (answer: FromAside) => {
      const asked = waiting.get(answer.id);
      waiting.delete(answer.id);
      if (answer.type === 'done') asked?.resolve(answer.answer);
      else asked?.reject(errorOf(answer));
    });
    worker.on('error', giveUp);
    worker.on('exit', () => {
      thread = null;
      giveUp(new Error('the thread beside the writer ended'));
    });
    return worker;
  }

  function giveUp(error: Error): void {
    for (const asked of waiting.values()) asked.reject(error);
    waiting.clear();
  }

  function ask<T extends keyof Tasks>(task: T, of: Tasks[T]['ask']): Promise<Tasks[T]['answer']> {
    thread ??= started();
    const asked = Promise.withResolvers<Tasks[T]['answer']>();
    lastId += 1;
    waiting.set(lastId, asked as PromiseWithResolvers<unknown>);
    thread.postMessage({ id: lastId, task, ask: of }, []);
    return asked.promise;
  }

  return {
    async extend(from, size) {
      return size - from.size <= FEW ? here(from, size) : ask('extend', { from, size });
    },
    pack: (of) => ask('pack', of),
    async checkpoint() {
      await ask('checkpoint', null);
    },
    async close() {
      await thread?.terminate();
    },
  };
}

function errorOf(answer: Exclude<FromAside, { type: 'done' }>): Error {
  if (answer.type === 'refused') return new StoreError(answer.code, answer.message);
  return answer.code === null
    ? new Error(answer.message)
    : new Database.SqliteError(answer.message, answer.code);
}
