// Runs one pass of the verification on a thread of its own, so that hashing a whole log never holds up a call.
import { Worker } from 'node:worker_threads';
import type { PassReport } from './verification.ts';

export interface PassOptions {
  readonly dataDir: string;
  /** The log's checkpoint keys, public. */
  readonly vkeys: readonly string[];
}

/** What the thread answers. */
export type PassAnswer = { readonly report: PassReport } | { readonly fault: string };

/** Rejects when the log cannot be read, or when `signal` aborts first. */
export async function verifyOnThread(options: PassOptions, signal: AbortSignal): Promise<PassReport> {
  const worker = new Worker(new URL('verify-worker.ts', import.meta.url), {
    workerData: options,
    execArgv: [],
    // Verifying needs little; a small heap keeps the gateway small.
    resourceLimits: { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 8 },
  });
  const { promise, resolve, reject } = Promise.withResolvers<PassAnswer>();
  worker.once('message', resolve);
  worker.once('error', reject);
  worker.once('exit', () => reject(new Error('the verifying thread ended before it had an answer')));
  const stop = (): void => reject(new Error('the verification was stopped'));
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    const answer = await promise;
    if ('fault' in answer) throw new Error(`the log could not be verified: ${answer.fault}`);
    return answer.report;
  } finally {
    signal.removeEventListener('abort', stop);
    await worker.terminate();
  }
}
