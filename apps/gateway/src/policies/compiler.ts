// Compiles off the path of calls: starts the compiling thread when there is work, ends it when there is none, and
// survives whatever a hostile set does to it. A thread that dies or hangs costs its one candidate, and the next gets a
// new thread.
import { Worker } from 'node:worker_threads';
import type { Compiled, CompileJob, FromCompiler, ToCompiler } from './compile-job.ts';

/** The thread died of the set, or took too long over it. */
export class CompilerError extends Error {
  override readonly name = 'CompilerError';
}

export interface Compiler {
  /** Jobs are done one after another. Rejects with a CompilerError, or with another error once it is closed. */
  run(job: CompileJob): Promise<Compiled>;
  close(): Promise<void>;
}

export interface CompilerOptions {
  /** A job that takes longer is given up. */
  readonly timeoutMs?: number;
  /** How long an idle thread is kept: it takes some 30 MB. */
  readonly idleMs?: number;
  /** The thread's entry. */
  readonly entry?: URL;
}

const MAX_HEAP_MB = 1024;

export function createCompiler(options: CompilerOptions = {}): Compiler {
  const {
    timeoutMs = 60_000,
    idleMs = 5_000,
    entry = new URL('compile-worker.ts', import.meta.url),
  } = options;
  let worker: Worker | null = null;
  let idle: NodeJS.Timeout | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  let lastId = 0;
  let isClosed = false;

  const end = async (): Promise<void> => {
    const ending = worker;
    worker = null;
    await ending?.terminate();
  };
  const started = (): Worker => {
    worker ??= new Worker(entry, { execArgv: [], resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB } });
    return worker;
  };

  const runNow = async (job: CompileJob): Promise<Compiled> => {
    if (isClosed) throw stopping();
    clearTimeout(idle);
    const at = started();
    lastId += 1;
    const id = lastId;
    const { promise, resolve, reject } = Promise.withResolvers<Compiled>();
    const fail = (why: string) => reject(isClosed ? stopping() : new CompilerError(why));
    const seconds = Math.round(timeoutMs / 1000);
    const timer = setTimeout(
      () => fail(`compiling took longer than ${seconds} s: simplify the set`),
      timeoutMs,
    );
    const onMessage = (answer: FromCompiler) => answer.id === id && resolve(answer.compiled);
    const onError = (error: Error) => fail(`the compiler died of it (${error.message}): simplify the set`);
    const onExit = () => fail('the compiler ended before it had an answer: simplify the set');
    at.on('message', onMessage).on('error', onError).on('exit', onExit);
    try {
      at.postMessage({ id, job } satisfies ToCompiler, []);
      return await promise;
    } catch (error) {
      await end();
      throw error;
    } finally {
      clearTimeout(timer);
      at.off('message', onMessage).off('error', onError).off('exit', onExit);
      idle = setTimeout(() => void end(), idleMs);
      idle.unref();
    }
  };

  return {
    run(job) {
      const result = queue.then(() => runNow(job));
      queue = result.catch(() => undefined);
      return result;
    },
    async close() {
      isClosed = true;
      clearTimeout(idle);
      await end();
    },
  };
}

/** No fault of the set's. */
const stopping = () => new Error('the gateway is stopping');
