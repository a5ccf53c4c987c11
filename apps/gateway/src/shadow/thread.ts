// The gateway's side of the shadow thread: one candidate, one question at a time. A thread that dies or hangs is the end
// of it; who opened it decides whether to open another.
import { Worker } from 'node:worker_threads';
import type { RecordedDecision } from '@countersign/policy';
import type { Candidate, Compared, FromShadow, Loaded, ToShadow } from './messages.ts';
import { messageOf } from '../message-of.ts';

/** The thread is gone, or did not answer in time; there is nothing more to be asked of it. */
export class ShadowThreadError extends Error {
  override readonly name = 'ShadowThreadError';
}

export interface ShadowThread {
  /** Rejects with a ShadowThreadError; then the thread has ended. */
  load(candidate: Candidate): Promise<Loaded>;
  compare(decisions: readonly RecordedDecision[]): Promise<Compared>;
  close(): Promise<void>;
}

export interface ShadowThreadOptions {
  readonly loadMs?: number;
  readonly compareMs?: number;
  /** The thread's entry. */
  readonly entry?: URL;
}

const MAX_HEAP_MB = 1024;

type Question = {
  readonly [K in ToShadow['type']]: Omit<Extract<ToShadow, { type: K }>, 'id'>;
}[ToShadow['type']];

export function openShadowThread(options: ShadowThreadOptions = {}): ShadowThread {
  const { loadMs = 60_000, compareMs = 10_000, entry = new URL('worker.ts', import.meta.url) } = options;
  const worker = new Worker(entry, { execArgv: [], resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB } });
  // It must never keep the gateway from ending.
  worker.unref();
  let ended: string | null = null;
  let lastId = 0;
  const end = async (why: string): Promise<void> => {
    ended ??= why;
    await worker.terminate();
  };
  worker.on('error', (error) => {
    ended ??= `the shadow thread died: ${error.message}`;
  });
  worker.on('exit', () => {
    ended ??= 'the shadow thread ended';
  });

  async function ask(question: Question, timeoutMs: number): Promise<FromShadow> {
    if (ended !== null) throw new ShadowThreadError(ended);
    lastId += 1;
    const id = lastId;
    const { promise, resolve, reject } = Promise.withResolvers<FromShadow>();
    const onMessage = (message: FromShadow) => message.id === id && resolve(message);
    const onExit = () => reject(new ShadowThreadError(ended ?? 'the shadow thread ended'));
    const onError = (error: Error) =>
      reject(new ShadowThreadError(`the shadow thread died: ${error.message}`));
    const seconds = Math.round(timeoutMs / 1000);
    const timer = setTimeout(
      () => reject(new ShadowThreadError(`the shadow thread took longer than ${seconds} s`)),
      timeoutMs,
    );
    worker.on('message', onMessage).on('exit', onExit).on('error', onError);
    try {
      worker.postMessage({ ...question, id } satisfies ToShadow, []);
      return await promise;
    } catch (error) {
      await end(messageOf(error));
      throw error;
    } finally {
      clearTimeout(timer);
      worker.off('message', onMessage).off('exit', onExit).off('error', onError);
    }
  }

  return {
    async load(candidate) {
      const answer = await ask({ type: 'load', candidate }, loadMs);
      if (answer.type === 'loaded') return answer.loaded;
      throw new ShadowThreadError('the shadow thread answered another question');
    },
    async compare(decisions) {
      const answer = await ask({ type: 'compare', decisions }, compareMs);
      if (answer.type === 'compared') return answer.compared;
      throw new ShadowThreadError('the shadow thread answered another question');
    },
    close: () => end('the shadow thread was closed'),
  };
}
