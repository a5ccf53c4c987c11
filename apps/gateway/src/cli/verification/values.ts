// Has the values of a log checked, and its decisions made again, in a thread beside the one that reads the headers: each
// is about half of the work.
import { Worker } from 'node:worker_threads';
import type { ValuesReport } from '@countersign/audit';

export interface ValuesJob {
  readonly database: string;
  /** Entries with this index and more are not looked at. */
  readonly to: number;
  readonly replays: boolean;
}

export interface ValuesThread {
  readonly report: Promise<ValuesReport>;
  stop(): Promise<void>;
}

export type FromValues =
  | { readonly report: ValuesReport }
  /** Something that is wrong with the database, or a bug. */
  | { readonly failure: string };

export function startValues(job: ValuesJob): ValuesThread {
  const { promise, resolve, reject } = Promise.withResolvers<ValuesReport>();
  const worker = new Worker(new URL('values-worker.ts', import.meta.url), {
    workerData: job,
    execArgv: [],
    // Most of what it makes is gone at once: a small nursery keeps the process small.
    resourceLimits: { maxYoungGenerationSizeMb: 8 },
  });
  worker.on('message', (message: FromValues) => {
    if ('report' in message) resolve(message.report);
    else reject(new Error(message.failure));
  });
  worker.on('error', reject);
  worker.on('exit', () => reject(new Error('the thread that checks values ended before it was done')));
  // Whoever waits for it hears of it; nobody may wait, where the headers could not be read either.
  promise.catch(() => undefined);
  return { report: promise, stop: async () => void (await worker.terminate()) };
}
