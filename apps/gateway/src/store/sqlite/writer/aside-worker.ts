// A thread beside the writer, for what reads much and writes no row: reads back what is to be signed, packs the index of calls,
// moves SQLite's write-ahead log into the database. Whoever commits waits for none of it.
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import type { CompactRange } from '@countersign/audit';
import { StoreError, type StoreErrorCode } from '../../store-error.ts';
import { createPacker, type PackAsk, type Part } from '../calls/call-index.ts';
import { createTreeExtender, type Extended } from '../tree/extend-tree.ts';
import { messageOf } from '../faults.ts';
import { openForCheckpoints, openForReading } from '../open.ts';

export interface AsideData {
  /** Absolute path of the database. */
  readonly path: string;
  readonly cacheKiB: number;
}

export interface Tasks {
  readonly extend: {
    readonly ask: { readonly from: CompactRange; readonly size: number };
    readonly answer: Extended;
  };
  readonly pack: { readonly ask: PackAsk; readonly answer: readonly Part[] };
  readonly checkpoint: { readonly ask: null; readonly answer: null };
}

type ToAside = {
  readonly [T in keyof Tasks]: { readonly id: number; readonly task: T; readonly ask: Tasks[T]['ask'] };
}[keyof Tasks];

export type FromAside =
  | { readonly id: number; readonly type: 'done'; readonly answer: Tasks[keyof Tasks]['answer'] }
  | {
      readonly id: number;
      readonly type: 'refused';
      readonly code: StoreErrorCode;
      readonly message: string;
    }
  /** `code` is SQLite's; null for what is none of its errors. */
  | { readonly id: number; readonly type: 'failed'; readonly code: string | null; readonly message: string };

const port = parentPort;
if (port === null) throw new Error('this runs as a worker thread: use createAside');
const { path, cacheKiB } = workerData as AsideData;
const reader = openForReading(path, cacheKiB);
const extend = createTreeExtender(reader);
const pack = createPacker(reader);
const checkpoints = openForCheckpoints(path);

port.on('message', (asked: ToAside) => {
  port.postMessage(answerTo(asked) satisfies FromAside, []);
});

function answerTo(asked: ToAside): FromAside {
  const { id } = asked;
  try {
    return { id, type: 'done', answer: carryOut(asked) };
  } catch (error) {
    if (error instanceof StoreError) return { id, type: 'refused', code: error.code, message: error.message };
    const code = error instanceof Database.SqliteError ? error.code : null;
    return { id, type: 'failed', code, message: messageOf(error) };
  }
}

function carryOut({ task, ask }: ToAside): Tasks[keyof Tasks]['answer'] {
  switch (task) {
    case 'extend':
      return extend(ask.from, ask.size);
    case 'pack':
      return pack(ask.facets, ask.segment);
    case 'checkpoint':
      checkpoints.pragma('wal_checkpoint(PASSIVE)');
      return null;
  }
}
