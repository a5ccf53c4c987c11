// Decides a stretch of the log again, shared out among threads where it is long: each takes a part, and the reports are
// put together in the order of the log.
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { mergeReports, type ValidSet } from '@countersign/policy';
import { ArchiveError } from '../archive/archive-error.ts';
import { openReaders } from '../store/sqlite/readers.ts';
import { coveredOf, type History, historyOf, outOfReach } from './history.ts';
import { type ReplayedPart, type ReplayPart, replayPart } from './replay-part.ts';
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
  | { readonly type: 'unreached'; readonly why: string }
  | ({ readonly type: 'done' } & ReplayedPart);

export interface Sharing {
  /** At most so many; by default one core is left to whoever else wants it. */
  readonly threads?: number;
  /** Entries that are worth a thread of their own. */
  readonly leastEntries?: number;
}

/** Throws what the store throws when the log cannot be read, and an ArchiveError where a part of the window is out of reach. */
export async function replayWindow(
  dataDir: string,
  sets: ReplaySets,
  window: Window,
  onProgress: (progress: DiffProgress) => void,
  sharing: Sharing = {},
): Promise<Pick<PolicyDiff, 'replay' | 'covered' | 'isCut'>> {
  const { readers, close } = openReaders(dataDir);
  try {
    return await replayHistory(dataDir, sets, await historyOf(window, readers), onProgress, sharing);
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    throw await outOfReach(error.message, readers);
  } finally {
    close();
  }
}

async function replayHistory(
  dataDir: string,
  sets: ReplaySets,
  whole: History,
  onProgress: (progress: DiffProgress) => void,
  { threads = availableParallelism() - 1, leastEntries = LEAST_ENTRIES }: Sharing,
): Promise<Pick<PolicyDiff, 'replay' | 'covered' | 'isCut'>> {
  const { since: _, ...history } = whole;
  const { from, to } = history;
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
      ...history,
      from: from + Math.floor(((to - from) * at) / most),
      to: from + Math.floor(((to - from) * (at + 1)) / most),
      most: Math.floor(MAX_DECISIONS / most),
    }),
  );
  const seen = parts.map(() => ({ entries: 0, decisions: 0 }));
  const ended = new AbortController();
  const done = await allOrNone(
    parts.map(async (part, at) => {
      const said = (progress: { readonly entries: number; readonly decisions: number }): void => {
        seen[at] = progress;
        const sum = (of: 'entries' | 'decisions'): number => seen.reduce((all, one) => all + one[of], 0);
        onProgress({ entries: sum('entries'), of: to - from, decisions: sum('decisions') });
      };
      return most === 1 ? replayPart(part, said) : inThread(part, ended.signal, said);
    }),
    ended,
  );
  const [first, ...others] = done.map(({ report }) => report);
  if (first === undefined) throw new Error('a replay has one part at least');
  const left = done.reduce((all, one) => all + one.left, 0);
  return {
    replay: mergeReports([first, ...others]),
    covered: coveredOf(whole, left),
    isCut: left > 0,
  };
}

/** Without one part nobody wants the others: they have come to their end when this throws, and say nothing behind it. */
async function allOrNone<T>(parts: readonly Promise<T>[], others: AbortController): Promise<readonly T[]> {
  try {
    return await Promise.all(parts);
  } catch (error) {
    others.abort();
    await Promise.allSettled(parts);
    throw error;
  }
}

/** @param signal gives it up. */
async function inThread(
  part: ReplayPart,
  signal: AbortSignal,
  onProgress: (progress: { readonly entries: number; readonly decisions: number }) => void,
): Promise<ReplayedPart> {
  const { promise, resolve, reject } = Promise.withResolvers<ReplayedPart>();
  const worker = new Worker(new URL('replay-worker.ts', import.meta.url), { workerData: part, execArgv: [] });
  worker.on('message', (message: FromPart) => {
    if (signal.aborted) return;
    if (message.type === 'progress') onProgress(message);
    else if (message.type === 'unreached') reject(new ArchiveError(message.why));
    else resolve(message);
  });
  worker.on('error', reject);
  signal.addEventListener('abort', () => reject(new Error('another part of the replay failed')));
  worker.on('exit', () => reject(new Error('a replaying thread ended before it was done')));
  try {
    return await promise;
  } finally {
    await worker.terminate();
  }
}
