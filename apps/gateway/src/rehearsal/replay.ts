// Decides a stretch of the log again, shared out among threads where it is long: each takes a part, and the reports are
// put together in the order of the log.
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { mergeReports, type ReplayReport, type ValidSet } from '@countersign/policy';
import type { DecisionWindow } from '../store/readers/decisions.ts';
import { openReaders } from '../store/sqlite/readers.ts';
import { type ReplayPart, replayPart } from './replay-part.ts';
import type { DiffProgress, PolicyDiff, Window } from './types.ts';

/** Decisions of one rehearsal. */
const MAX_DECISIONS = 1_000_000;
const LEAST_ENTRIES = 5_000;
const MAX_THREADS = 4;

export interface ReplaySets {
  readonly candidate: ValidSet;
  /** The set in force, to tell what it decides alike already; null where none is. */
  readonly live: ValidSet | null;
}

export type FromPart =
  | { readonly type: 'progress'; readonly entries: number; readonly decisions: number }
  | { readonly type: 'done'; readonly report: ReplayReport; readonly isCut: boolean };

type Done = Pick<Extract<FromPart, { type: 'done' }>, 'report' | 'isCut'>;

export interface Sharing {
  /** At most so many; by default one core is left to whoever else wants it. */
  readonly threads?: number;
  /** Entries that are worth a thread of their own. */
  readonly leastEntries?: number;
}

/** Throws what the store throws when the log cannot be read. */
export async function replayWindow(
  dataDir: string,
  sets: ReplaySets,
  window: Window,
  onProgress: (progress: DiffProgress) => void,
  { threads = availableParallelism() - 1, leastEntries = LEAST_ENTRIES }: Sharing = {},
): Promise<Pick<PolicyDiff, 'replay' | 'isCut'>> {
  const { from, to } = await windowOf(dataDir, window);
  const most = Math.min(
    MAX_THREADS,
    Math.max(1, threads),
    Math.max(1, Math.floor((to - from) / leastEntries)),
  );
  const parts = Array.from(
    { length: most },
    (_, at): ReplayPart => ({
      dataDir,
      ...sets,
      from: from + Math.floor(((to - from) * at) / most),
      to: from + Math.floor(((to - from) * (at + 1)) / most),
      most: Math.floor(MAX_DECISIONS / most),
    }),
  );
  const seen = parts.map(() => ({ entries: 0, decisions: 0 }));
  const done = await Promise.all(
    parts.map((part, at) => {
      const said = (progress: { readonly entries: number; readonly decisions: number }): void => {
        seen[at] = progress;
        const sum = (of: 'entries' | 'decisions'): number => seen.reduce((all, one) => all + one[of], 0);
        onProgress({ entries: sum('entries'), of: to - from, decisions: sum('decisions') });
      };
      return most === 1 ? replayPart(part, said) : inThread(part, said);
    }),
  );
  const [first, ...others] = done.map(({ report }) => report);
  if (first === undefined) throw new Error('a replay has one part at least');
  return { replay: mergeReports([first, ...others]), isCut: done.some(({ isCut }) => isCut) };
}

async function inThread(
  part: ReplayPart,
  onProgress: (progress: { readonly entries: number; readonly decisions: number }) => void,
): Promise<Done> {
  const { promise, resolve, reject } = Promise.withResolvers<Done>();
  const worker = new Worker(new URL('replay-worker.ts', import.meta.url), { workerData: part, execArgv: [] });
  worker.on('message', (message: FromPart) => {
    if (message.type === 'progress') onProgress(message);
    else resolve(message);
  });
  worker.on('error', reject);
  worker.on('exit', () => reject(new Error('a replaying thread ended before it was done')));
  try {
    return await promise;
  } finally {
    await worker.terminate();
  }
}

async function windowOf(dataDir: string, window: Window): Promise<DecisionWindow> {
  const { readers, close } = openReaders(dataDir);
  try {
    const { decisions } = readers;
    return await ('since' in window ? decisions.since(window.since) : decisions.last(window.last));
  } finally {
    close();
  }
}
