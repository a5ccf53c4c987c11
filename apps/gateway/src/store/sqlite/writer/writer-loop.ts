// The rhythm of the writer thread: natural group commit (whatever queued while the last COMMIT ran), checkpoints of the
// log and of SQLite's write-ahead log between batches, an orderly end, and an immediate one when the disk cannot be
// trusted any more (audit-log.md 2.4, 2.6, 2.9).
import type Database from 'better-sqlite3';
import type { Aside } from './aside.ts';
import { batchLimit, type BatchTimes } from './batch-limit.ts';
import { faultOf, messageOf } from '../faults.ts';
import { KeptHeadError } from '../../../checkpoints/kept-head.ts';
import type { CheckpointRecord } from '../../readers/log.ts';
import type { Signer } from '../tree/signer.ts';
import { packOutcomes } from '../requests/pack-outcomes.ts';
import {
  type FromWriter,
  MAX_BATCH_BYTES,
  MAX_BATCH_REQUESTS,
  type PendingCommit,
} from '../requests/requests.ts';
import type { Writer } from './writer.ts';
import { StoreError } from '../../store-error.ts';

/** Pages of SQLite's write-ahead log, 16 MB: what changes again and again goes into the database once for each of these. */
const WAL_PAGES_BETWEEN_CHECKPOINTS = 4096;
const PROBE_MS = 1000;

export interface WriterLoopParts {
  readonly db: Database.Database;
  readonly writer: Writer;
  readonly signer: Signer;
  readonly aside: Pick<Aside, 'checkpoint' | 'close'>;
  readonly checkpointIntervalMs: number;
  /** `memory` is given away with the message. */
  readonly post: (message: FromWriter, memory?: readonly ArrayBuffer[]) => void;
  /** Called once, after `closed` or `fatal` was posted. */
  readonly end: () => void;
}

export interface WriterLoop {
  submit(requests: readonly PendingCommit[]): void;
  /** Signs what is committed, whenever the last time was, and answers to `id`. */
  signNow(id: number): Promise<void>;
  /** Commits what is queued, signs the last head and ends. */
  close(): Promise<void>;
}

export function startWriterLoop(parts: WriterLoopParts): WriterLoop {
  const { db, writer, signer, aside, post } = parts;
  // Says how long the write-ahead log is, and does nothing.
  const walPages = db.prepare<[], { log: number; checkpointed: number }>('PRAGMA wal_checkpoint(NOOP)');
  let queue: PendingCommit[] = [];
  let isFlushScheduled = false;
  let isClosing = false;
  let isOver = false;
  let isUnavailable = false;
  let times: BatchTimes = { work: 0, commit: 0 };
  let signTimer: NodeJS.Timeout | null = null;
  let probeTimer: NodeJS.Timeout | null = null;
  let checkpointing: Promise<void> | null = null;
  let signing: Promise<unknown> = Promise.resolve();
  let signedSize = 0;
  let signedAt = Number.NEGATIVE_INFINITY;

  scheduleSigning();
  return {
    submit(requests) {
      if (isOver) return;
      queue.push(...requests);
      scheduleFlush();
    },
    async signNow(id) {
      const signed = await signInTurn();
      if (typeof signed === 'string') post({ type: 'unanswered', id, message: signed });
      else post({ type: 'answer', id, checkpoint: signed });
    },
    async close() {
      isClosing = true;
      // A fatal failure empties the queue.
      while (queue.length > 0) flush();
      stopTimers();
      await checkpointing;
      await signInTurn();
      await aside.close();
      if (isOver) return;
      checkpointWal('TRUNCATE');
      if (isOver) return;
      isOver = true;
      post({ type: 'closed' });
      parts.end();
    },
  };

  function scheduleFlush(): void {
    if (isFlushScheduled || isOver) return;
    isFlushScheduled = true;
    // WHY an immediate: every message that came while the last COMMIT ran is delivered before it.
    setImmediate(() => {
      isFlushScheduled = false;
      flush();
      if (queue.length > 0) scheduleFlush();
    });
  }

  function flush(): void {
    if (isOver || queue.length === 0) return;
    const batch = takeBatch();
    const started = performance.now();
    const done = writer.apply(batch);
    const commit = writer.commitMs;
    times = { work: performance.now() - started - commit, commit };
    const packed = packOutcomes(done.outcomes);
    post({ type: 'batch', size: writer.head.size, failure: done.failure, ...packed }, [
      packed.headers.buffer,
    ]);
    if (done.failure !== null) {
      failed(done.failure);
      return;
    }
    isUnavailable = false;
    scheduleSigning();
    if (isWalLong()) checkpointing ??= checkpointAside();
  }

  function takeBatch(): readonly PendingCommit[] {
    const most = Math.min(batchLimit(queue.length, times), MAX_BATCH_REQUESTS);
    let bytes = 0;
    let count = 0;
    for (const pending of queue) {
      bytes += pending.bytes;
      if (count > 0 && (count === most || bytes > MAX_BATCH_BYTES)) break;
      count += 1;
    }
    const batch = queue.slice(0, count);
    queue = queue.slice(count);
    return batch;
  }

  function failed(failure: { readonly kind: 'unavailable' | 'fatal'; readonly message: string }): void {
    if (failure.kind === 'fatal') {
      isOver = true;
      queue = [];
      stopTimers();
      post({ type: 'fatal', message: failure.message });
      parts.end();
      return;
    }
    isUnavailable = true;
    // Without traffic nothing would show that the disk has room again.
    probeTimer ??= setTimeout(probe, PROBE_MS);
  }

  function probe(): void {
    probeTimer = null;
    if (isOver || !isUnavailable) return;
    const failure = writer.probe();
    if (failure !== null) failed(failure);
    else {
      isUnavailable = false;
      post({ type: 'recovered' });
      scheduleSigning();
    }
  }

  function scheduleSigning(): void {
    if (isClosing || isOver || signTimer !== null || writer.head.size === signedSize) return;
    const wait = Math.max(0, signedAt + parts.checkpointIntervalMs - performance.now());
    signTimer = setTimeout(() => {
      void signInTurn().finally(() => {
        signTimer = null;
        scheduleSigning();
      });
    }, wait);
  }

  /** One at a time, since each begins where the one before ended. */
  function signInTurn(): Promise<CheckpointRecord | string> {
    const turn = signing.then(sign);
    signing = turn;
    return turn;
  }

  /** The checkpoint that covers what was committed, or why there is none. */
  async function sign(): Promise<CheckpointRecord | string> {
    if (isOver) return 'the log is closed';
    const { head } = writer;
    try {
      const checkpoint = await signer.sign(head);
      if (head.size !== signedSize) post({ type: 'signed', failure: null });
      signedSize = head.size;
      return checkpoint;
    } catch (error) {
      const message = messageOf(error);
      if (isOver) return message;
      post({ type: 'signed', failure: message });
      // The log itself is whole. That its head is not signed is told, and tried again.
      if (!mayBeTriedAgain(error)) fault(error);
      return message;
    } finally {
      signedAt = performance.now();
    }
  }

  function isWalLong(): boolean {
    const { log, checkpointed } = walPages.get() ?? { log: 0, checkpointed: 0 };
    return log - checkpointed >= WAL_PAGES_BETWEEN_CHECKPOINTS;
  }

  /** The other thread moves what is there when it begins. The rest is moved here, since SQLite begins its log anew only when all is. */
  async function checkpointAside(): Promise<void> {
    try {
      await aside.checkpoint();
      if (!isOver) checkpointWal('PASSIVE');
    } catch (error) {
      if (!isOver) fault(error);
    } finally {
      checkpointing = null;
    }
  }

  function checkpointWal(mode: 'PASSIVE' | 'TRUNCATE'): void {
    try {
      db.pragma(`wal_checkpoint(${mode})`);
    } catch (error) {
      fault(error);
    }
  }

  function fault(error: unknown): void {
    const isTransient = !(error instanceof StoreError) && faultOf(error) === 'unavailable';
    failed({ kind: isTransient ? 'unavailable' : 'fatal', message: messageOf(error) });
  }

  function stopTimers(): void {
    if (signTimer !== null) clearTimeout(signTimer);
    if (probeTimer !== null) clearTimeout(probeTimer);
  }
}

function mayBeTriedAgain(error: unknown): boolean {
  if (error instanceof KeptHeadError) return error.code === 'unavailable';
  return error instanceof StoreError && error.code === 'key_unavailable';
}
