// Watches whether checkpoints come as soon as receipts promise. A node that is late still serves, and its records are
// durable; but what it promised its callers is not true, and it says so.
import type { CommittedListener } from '../store/store.ts';

export interface PromiseWatch {
  /** Why the promise is broken just now; null while it holds. */
  overdue(): string | null;
  /** Tells the watch of entries that were committed. */
  readonly committed: CommittedListener;
  /** Asks how far checkpoints reach. */
  look(): Promise<void>;
}

export interface PromiseWatchDeps {
  readonly promiseSeconds: number;
  /** Size of the newest checkpoint. */
  readonly covered: () => Promise<number>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly tell: (message: string) => void;
}

/** Entries that wait together: their first time stands for all. */
interface Waiting {
  readonly since: number;
  last: number;
}

const TOGETHER_MS = 1_000;

export function createPromiseWatch({ promiseSeconds, covered, now, tell }: PromiseWatchDeps): PromiseWatch {
  /** The oldest first. */
  let waiting: Waiting[] = [];
  let isTold = false;

  function overdue(): string | null {
    const [oldest] = waiting;
    if (oldest === undefined || now() - oldest.since <= promiseSeconds * 1000) return null;
    return `no checkpoint covers entry ${oldest.last} yet: receipts promise one within ${promiseSeconds} s`;
  }

  return {
    overdue,
    committed(entries) {
      for (const { header } of entries) {
        const since = header.time / 1000;
        const newest = waiting.at(-1);
        if (newest !== undefined && since - newest.since < TOGETHER_MS) newest.last = header.index;
        else waiting.push({ since, last: header.index });
      }
    },
    async look() {
      const size = await covered();
      waiting = waiting.filter(({ last }) => last >= size);
      const why = overdue();
      if ((why !== null) === isTold) return;
      isTold = why !== null;
      tell(why === null ? 'checkpoints come as soon as receipts promise again' : `degraded: ${why}`);
    },
  };
}
