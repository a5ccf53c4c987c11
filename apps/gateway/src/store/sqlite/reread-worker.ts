// A thread that reads back what the writer wrote and hashes it anew, so that whoever commits does not wait for that.
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import type { CompactRange } from '@countersign/audit';
import { createTreeExtender, type Extended } from './extend-tree.ts';
import { openForReading } from './open.ts';
import { StoreError, type StoreErrorCode } from '../store-error.ts';
import { messageOf } from './faults.ts';

export interface RereadData {
  /** Absolute path of the database. */
  readonly path: string;
  readonly cacheKiB: number;
}

export interface ToReread {
  readonly from: CompactRange;
  readonly size: number;
}

export type FromReread =
  | { readonly type: 'extended'; readonly extended: Extended }
  | { readonly type: 'refused'; readonly code: StoreErrorCode; readonly message: string }
  /** `code` is SQLite's; null for what is none of its errors. */
  | { readonly type: 'failed'; readonly code: string | null; readonly message: string };

const port = parentPort;
if (port === null) throw new Error('entries are read back by a worker thread: use createReread');
const { path, cacheKiB } = workerData as RereadData;
const extend = createTreeExtender(openForReading(path, cacheKiB));

port.on('message', ({ from, size }: ToReread) => {
  port.postMessage(answer(from, size) satisfies FromReread, []);
});

function answer(from: CompactRange, size: number): FromReread {
  try {
    return { type: 'extended', extended: extend(from, size) };
  } catch (error) {
    if (error instanceof StoreError) return { type: 'refused', code: error.code, message: error.message };
    if (error instanceof Database.SqliteError)
      return { type: 'failed', code: error.code, message: error.message };
    return { type: 'failed', code: null, message: messageOf(error) };
  }
}
