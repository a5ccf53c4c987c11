// How old the newest checkpoint is that somebody else holds, which is what the log's word is worth: what came after it could
// still be changed unseen. A quiet log does not grow older: only entries that nobody holds do.
import type { PublicationReader, PublicationRecord, TargetKind } from '../store/readers/publications.ts';
import type { News } from './news.ts';

export interface HeldStatus {
  /** Number of entries in the newest checkpoint held elsewhere; 0: none. */
  readonly size: number;
  /** By whom: enough witnesses, or, where there are none, the other kinds. */
  readonly by: 'witnesses' | Exclude<TargetKind, 'witness'> | null;
  /** When it was taken; milliseconds since the epoch. */
  readonly at: number | null;
  /** How long the oldest entry waits that nobody else holds; 0 when there is none. */
  readonly waitingMs: number;
}

export interface Held {
  /** Looks anew. */
  refresh(): Promise<void>;
  status(): HeldStatus;
  /** Why calls should be refused; null while they need not be. */
  overdue(): string | null;
}

export function createHeld(parts: {
  readonly publications: Pick<PublicationReader, 'newestCosigned'>;
  readonly standing: () => readonly PublicationRecord[];
  readonly news: News;
  readonly hasWitnesses: boolean;
  readonly now: () => number;
  /** Null: never overdue. */
  readonly maxMs: number | null;
}): Held {
  const { publications, standing, news, hasWitnesses, now, maxMs } = parts;
  let newest: Omit<HeldStatus, 'waitingMs'> = { size: 0, by: null, at: null };
  /** Milliseconds since the epoch. */
  let waitingSince: number | null = null;
  const waitingMs = (): number => (waitingSince === null ? 0 : Math.max(0, now() - waitingSince));

  return {
    async refresh() {
      newest = hasWitnesses ? await newestCosigned() : newestOf(standing());
      const first = await news.first(newest.size);
      waitingSince = first === null ? null : first.time / 1000;
    },
    status: () => ({ ...newest, waitingMs: waitingMs() }),
    overdue() {
      if (maxMs === null || waitingMs() <= maxMs) return null;
      const seconds = Math.round(waitingMs() / 1000);
      return `nobody else holds what was recorded in the last ${seconds} seconds: see \`countersign log witnesses\``;
    },
  };

  async function newestCosigned(): Promise<Omit<HeldStatus, 'waitingMs'>> {
    const cosigned = await publications.newestCosigned();
    if (cosigned === null) return { size: 0, by: null, at: null };
    return { size: cosigned.size, by: 'witnesses', at: cosigned.time };
  }
}

function newestOf(records: readonly PublicationRecord[]): Omit<HeldStatus, 'waitingMs'> {
  let newest: Omit<HeldStatus, 'waitingMs'> = { size: 0, by: null, at: null };
  for (const { kind, size, acceptedAt } of records) {
    if (kind !== 'witness' && size > newest.size) newest = { size, by: kind, at: acceptedAt };
  }
  return newest;
}
