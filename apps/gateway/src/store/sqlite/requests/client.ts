// The gateway's side of the embedded store: starts the writer thread, queues commits with a bound, hands out their
// results, and never promises what the writer has not acknowledged.
import { Worker } from 'node:worker_threads';
import { dataPaths } from '../../paths.ts';
import { placeFor } from '../../payload/open.ts';
import type { PayloadPlace } from '../../payload/place.ts';
import type { CheckpointRecord } from '../../readers/log.ts';
import type { CommittedListener, Store, StoreHealth } from '../../store.ts';
import { StoreError } from '../../store-error.ts';
import type { CommitRequest, CommitResult } from '../../types.ts';
import { committedEntries } from './committed.ts';
import { messageOf } from '../faults.ts';
import { unpackOutcomes } from './pack-outcomes.ts';
import { packRequests } from './pack-requests.ts';
import { type PreparedEntry, prepareEntry } from './prepare-entry.ts';
import { prepareRequest } from './prepare-request.ts';
import { type OpenReaders, openReaders } from '../readers.ts';
import type {
  CommitOutcome,
  FromWriter,
  LogOpening,
  PendingCommit,
  ToWriter,
  WriterData,
} from './requests.ts';

export interface SqliteStoreOptions
  extends Pick<WriterData, 'dataDir' | 'origin' | 'node' | 'checkpointKey'> {
  /** Wall clock, in milliseconds since the epoch. */
  readonly now: () => number;
  /** Secret: the keys that came after `checkpointKey`, by rotation. */
  readonly laterCheckpointKeys?: readonly string[];
  readonly checkpointIntervalMs?: number;
  /** Where the keys to stored values are; each part that is left out is kept in the data folder. None: as before. */
  readonly payload?: Partial<PayloadPlace>;
  /** Begins a log that continues another; nothing where the log has begun. */
  readonly opening?: LogOpening;
  /** Where the last signed head is kept; by default in the data folder. */
  readonly headFile?: string;
  /** More waiting requests than this, or bytes in them, are refused as `log_unavailable`. */
  readonly maxQueuedRequests?: number;
  readonly maxQueuedBytes?: number;
  readonly testingOnlyMaxPages?: number;
}

interface Waiting {
  readonly request: CommitRequest;
  readonly bytes: number;
  resolve(result: CommitResult): void;
  reject(error: Error): void;
}

/** Opens the data folder, creating the log on first use. Rejects with a StoreError when it must not be used. */
export async function openStore(options: SqliteStoreOptions): Promise<Store> {
  const { dataDir, origin, node, checkpointKey, now, checkpointIntervalMs = 1000 } = options;
  const { headFile = dataPaths(dataDir).checkpoint } = options;
  const { maxQueuedRequests = 8192, maxQueuedBytes = 64 << 20, testingOnlyMaxPages = null } = options;
  const microseconds = (): number => Math.floor(now() * 1000);
  const time = microseconds();
  const workerData = {
    dataDir,
    origin,
    node,
    checkpointKey,
    laterCheckpointKeys: options.laterCheckpointKeys ?? [],
    checkpointIntervalMs,
    headFile,
    opening: options.opening ?? null,
    time,
    payload: placeFor(dataDir, options.payload),
    testingOnlyMaxPages,
  };
  const worker = new Worker(new URL('../writer/worker.ts', import.meta.url), {
    workerData: workerData satisfies WriterData,
    execArgv: [],
  });
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const died = Promise.withResolvers<string>();
  const waiting = new Map<number, Waiting>();
  const listeners = new Set<CommittedListener>();

  let state: StoreHealth['state'] = 'ok';
  let message: string | null = null;
  let size = await started(worker, exited);
  let lastId = 0;
  let queuedBytes = 0;
  let outbox: PendingCommit[] = [];
  let unsigned: string | null = null;
  const signings = new Map<number, PromiseWithResolvers<CheckpointRecord>>();

  worker.on('message', receive);
  worker.on('error', (error) => die(`the writer thread failed: ${error.message}`));
  worker.on('exit', () => {
    if (state === 'closed') failWaiting('the store was closed');
    else die('the writer thread ended');
  });
  const { readers, close: closeReaders } = await openReadersOrEnd(dataDir, worker, exited);

  return {
    readers,
    died: died.promise,
    commit(request) {
      if (state === 'dead' || state === 'closed')
        return Promise.resolve(unavailable(message ?? 'the store is closed'));
      const { request: prepared, bytes } = prepareRequest(request);
      if (waiting.size >= maxQueuedRequests || queuedBytes + bytes > maxQueuedBytes) {
        return Promise.resolve(
          unavailable(`${waiting.size} commits wait for the disk already: it does not keep up`),
        );
      }
      let entries: readonly PreparedEntry[];
      try {
        entries = prepared.entries.map(prepareEntry);
      } catch (error) {
        return Promise.reject(refused(messageOf(error)));
      }
      const { promise, resolve, reject } = Promise.withResolvers<CommitResult>();
      lastId += 1;
      queuedBytes += bytes;
      waiting.set(lastId, { request: prepared, bytes, resolve, reject });
      if (outbox.length === 0) queueMicrotask(flushOutbox);
      outbox.push({ id: lastId, time: microseconds(), bytes, request: prepared, prepared: entries });
      return promise;
    },
    onCommitted(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    health: () => ({ state, message, queued: waiting.size, size, unsigned }),
    signNow() {
      if (state === 'dead' || state === 'closed')
        return Promise.reject(new Error(message ?? 'the store is closed'));
      flushOutbox();
      lastId += 1;
      const signing = Promise.withResolvers<CheckpointRecord>();
      signings.set(lastId, signing);
      tell({ type: 'sign', id: lastId });
      return signing.promise;
    },
    async close() {
      if (state !== 'dead' && state !== 'closed') {
        flushOutbox();
        state = 'closed';
        tell({ type: 'close' });
      }
      await exited;
      closeReaders();
    },
  };

  function tell(message: ToWriter, memory: readonly ArrayBuffer[] = []): void {
    worker.postMessage(message, memory);
  }

  function send(requests: readonly PendingCommit[]): void {
    const packed = packRequests(requests);
    tell({ type: 'commit', ...packed }, [packed.bytes.buffer]);
  }

  function flushOutbox(): void {
    const requests = outbox;
    outbox = [];
    if (requests.length === 0 || state === 'dead' || state === 'closed') return;
    try {
      send(requests);
    } catch {
      // Something in there cannot be copied to another thread; it must not take the others down with it.
      for (const pending of requests) sendAlone(pending);
    }
  }

  function sendAlone(pending: PendingCommit): void {
    try {
      send([pending]);
    } catch (error) {
      settle({ id: pending.id, bug: String(error) });
    }
  }

  function receive(from: FromWriter): void {
    switch (from.type) {
      case 'batch':
        size = from.size;
        if (state !== 'closed') state = from.failure === null ? 'ok' : 'unavailable';
        message = from.failure?.message ?? null;
        settleAll(unpackOutcomes(from));
        return;
      case 'recovered':
        state = 'ok';
        message = null;
        return;
      case 'signed':
        unsigned = from.failure;
        return;
      case 'answer':
        signings.get(from.id)?.resolve(from.checkpoint);
        signings.delete(from.id);
        return;
      case 'unanswered':
        signings.get(from.id)?.reject(new Error(`no checkpoint can be signed: ${from.message}`));
        signings.delete(from.id);
        return;
      case 'fatal':
        die(from.message);
        return;
      case 'closed':
      case 'ready':
      case 'refused':
    }
  }

  function settleAll(outcomes: readonly CommitOutcome[]): void {
    const committed = outcomes.flatMap((outcome) => {
      const request = settle(outcome);
      return request !== null && listeners.size > 0 ? committedEntries(request, outcome) : [];
    });
    if (committed.length > 0) for (const listener of listeners) listener(committed);
  }

  function settle(outcome: CommitOutcome): CommitRequest | null {
    const known = waiting.get(outcome.id);
    if (known === undefined) return null;
    waiting.delete(outcome.id);
    queuedBytes -= known.bytes;
    if ('bug' in outcome) known.reject(refused(outcome.bug));
    else known.resolve(outcome.result);
    return known.request;
  }

  function die(reason: string): void {
    failWaiting(reason);
    if (state === 'dead') return;
    state = 'dead';
    message = reason;
    died.resolve(reason);
  }

  function failWaiting(reason: string): void {
    for (const id of waiting.keys()) settle({ id, result: unavailable(reason), headers: [] });
    for (const signing of signings.values())
      signing.reject(new Error(`no checkpoint can be signed: ${reason}`));
    signings.clear();
  }
}

/** The size of the log once the writer has it open. */
async function started(worker: Worker, exited: Promise<void>): Promise<number> {
  const first = await new Promise<FromWriter>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () =>
      reject(new StoreError('unavailable', 'the writer thread ended before it had the log open')),
    );
  });
  if (first.type === 'ready') return first.size;
  await exited;
  if (first.type === 'refused') throw new StoreError(first.code, first.message);
  throw new StoreError('unavailable', 'the writer thread did not say whether it has the log open');
}

/** Readers for the open log; when there can be none, the writer is not left behind with the folder locked. */
async function openReadersOrEnd(
  dataDir: string,
  worker: Worker,
  exited: Promise<void>,
): Promise<OpenReaders> {
  try {
    return openReaders(dataDir);
  } catch (error) {
    worker.postMessage({ type: 'close' } satisfies ToWriter, []);
    await exited;
    throw error;
  }
}

const refused = (why: string): TypeError => new TypeError(`the store refused a commit: ${why}`);

function unavailable(message: string): CommitResult {
  return { ok: false, code: 'log_unavailable', message };
}
