// Runs rehearsals in threads of their own, one at a time of each kind: a candidate may hang, trap or take all the memory
// it is given, and costs itself.
import { Worker } from 'node:worker_threads';
import type { SchemaInput, SchemaNames } from '@countersign/policy';
import type { RegistryReplayed, RegistryReplayJob } from '../registry/review/replay-registry.ts';
import type {
  CasesJob,
  CasesRan,
  Compared,
  CompareJob,
  DiffJob,
  DiffProgress,
  PolicyDiff,
  Simulated,
  SimulateJob,
} from './types.ts';

export type RehearsalJob =
  | { readonly kind: 'simulate'; readonly job: SimulateJob }
  | { readonly kind: 'cases'; readonly job: CasesJob }
  | { readonly kind: 'diff'; readonly job: DiffJob }
  | { readonly kind: 'compare'; readonly job: CompareJob }
  | { readonly kind: 'names'; readonly job: SchemaInput }
  | { readonly kind: 'registry'; readonly job: RegistryReplayJob };

export type FromRehearsal =
  | { readonly type: 'progress'; readonly progress: DiffProgress }
  | { readonly type: 'cases'; readonly ran: CasesRan }
  | { readonly type: 'diff'; readonly diff: PolicyDiff }
  /** An archive, and nothing was decided again. */
  | { readonly type: 'unreached'; readonly why: string }
  | { readonly type: 'compared'; readonly compared: Compared }
  | { readonly type: 'named'; readonly names: SchemaNames }
  | { readonly type: 'simulated'; readonly simulated: Simulated }
  | { readonly type: 'registry'; readonly replayed: RegistryReplayed };

/** Why a rehearsal gave no answer. */
export class RehearsalError extends Error {
  override readonly name = 'RehearsalError';
  readonly code: 'busy' | 'failed' | 'given_up' | 'not_replayed';
  constructor(code: RehearsalError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

export interface Rehearsals {
  /** Rejects with a RehearsalError. */
  simulate(job: SimulateJob): Promise<Simulated>;
  /** Rejects with a RehearsalError; at once where other cases are under way. */
  cases(job: CasesJob): Promise<CasesRan>;
  /** Rejects with a RehearsalError; at once where another is under way. @param signal gives it up. */
  diff(job: DiffJob, signal: AbortSignal, onProgress: (progress: DiffProgress) => void): Promise<PolicyDiff>;
  /** Rejects with a RehearsalError; at once where another is under way. @param signal gives it up. */
  compare(job: CompareJob, signal: AbortSignal): Promise<Compared>;
  /** Rejects with a RehearsalError; at once where others are put together. */
  names(input: SchemaInput): Promise<SchemaNames>;
  /** Rejects with a RehearsalError; at once where another is under way. */
  registry(job: RegistryReplayJob): Promise<RegistryReplayed>;
  /** Ends what is under way. */
  close(): Promise<void>;
}

export interface RehearsalOptions {
  /** A simulation that takes longer is given up. */
  readonly simulateMs?: number;
  /** So are cases. */
  readonly casesMs?: number;
  /** So is a replay. */
  readonly diffMs?: number;
  /** So is a comparison. */
  readonly compareMs?: number;
  /** And so is one of a registry change. */
  readonly registryMs?: number;
  /** The thread's entry. */
  readonly entry?: URL;
}

const MAX_HEAP_MB = 1024;

export function createRehearsals(options: RehearsalOptions = {}): Rehearsals {
  const {
    simulateMs = 60_000,
    casesMs = 60_000,
    diffMs = 30 * 60_000,
    compareMs = 60_000,
    registryMs = 60_000,
    entry = new URL('worker.ts', import.meta.url),
  } = options;
  const closing = new AbortController();
  const busy = new Set<RehearsalJob['kind']>();

  async function run(
    job: RehearsalJob,
    timeoutMs: number,
    signal: AbortSignal,
    onProgress: (progress: DiffProgress) => void,
  ): Promise<Exclude<FromRehearsal, { type: 'progress' }>> {
    if (busy.has(job.kind))
      throw new RehearsalError('busy', 'another rehearsal is under way: wait for it, and ask again');
    busy.add(job.kind);
    const { promise, resolve, reject } =
      Promise.withResolvers<Exclude<FromRehearsal, { type: 'progress' }>>();
    const ended = AbortSignal.any([signal, closing.signal]);
    const giveUp = (): void => reject(new RehearsalError('given_up', 'the rehearsal was given up'));
    const fail = (why: string): void => reject(new RehearsalError('failed', `the rehearsal failed: ${why}`));
    let worker: Worker;
    try {
      worker = new Worker(entry, {
        workerData: job,
        execArgv: [],
        resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
      });
    } catch (error) {
      busy.delete(job.kind);
      throw new RehearsalError('failed', `the rehearsal failed: its thread did not start (${String(error)})`);
    }
    worker.on('message', (message: FromRehearsal) => {
      if (message.type === 'progress') onProgress(message.progress);
      else resolve(message);
    });
    worker.on('error', (error) => fail(error.message));
    worker.on('exit', () => fail('its thread ended before it had an answer'));
    const seconds = Math.round(timeoutMs / 1000);
    const timer = setTimeout(() => fail(`it took longer than ${seconds} s: narrow the window`), timeoutMs);
    ended.addEventListener('abort', giveUp);
    if (ended.aborted) giveUp();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      ended.removeEventListener('abort', giveUp);
      await worker.terminate();
      busy.delete(job.kind);
    }
  }

  return {
    async simulate(job) {
      const answer = await run({ kind: 'simulate', job }, simulateMs, closing.signal, () => undefined);
      if (answer.type === 'simulated') return answer.simulated;
      throw new RehearsalError('failed', 'the rehearsal answered another question');
    },
    async cases(job) {
      const answer = await run({ kind: 'cases', job }, casesMs, closing.signal, () => undefined);
      if (answer.type === 'cases') return answer.ran;
      throw new RehearsalError('failed', 'the rehearsal answered another question');
    },
    async diff(job, signal, onProgress) {
      const answer = await run({ kind: 'diff', job }, diffMs, signal, onProgress);
      if (answer.type === 'diff') return answer.diff;
      if (answer.type === 'unreached') throw new RehearsalError('not_replayed', answer.why);
      throw new RehearsalError('failed', 'the rehearsal answered another question');
    },
    async compare(job, signal) {
      const answer = await run({ kind: 'compare', job }, compareMs, signal, () => undefined);
      if (answer.type === 'compared') return answer.compared;
      throw new RehearsalError('failed', 'the rehearsal answered another question');
    },
    async names(input) {
      const answer = await run({ kind: 'names', job: input }, compareMs, closing.signal, () => undefined);
      if (answer.type === 'named') return answer.names;
      throw new RehearsalError('failed', 'the rehearsal answered another question');
    },
    async registry(job) {
      const answer = await run({ kind: 'registry', job }, registryMs, closing.signal, () => undefined);
      if (answer.type === 'registry') return answer.replayed;
      throw new RehearsalError('failed', 'the rehearsal answered another question');
    },
    async close() {
      closing.abort();
    },
  };
}
