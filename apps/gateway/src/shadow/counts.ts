// Counts what a shadow set did, for people and for metrics.
import { metrics } from '@opentelemetry/api';
import type { NotReplayed } from '@countersign/policy';
import type { ShadowCounts } from './types.ts';

export interface Counter {
  compared(same: number, differed: number): void;
  notReplayed(why: NotReplayed): void;
  dropped(count: number): void;
  unrecorded(count: number): void;
  read(): ShadowCounts;
  reset(): void;
}

export function createCounter(): Counter {
  let counts = nothing();
  // Asked for here: the API knows no meter that was asked for before an exporter was started.
  const decisions = metrics.getMeter('countersign').createCounter('countersign.policy.shadow.decisions', {
    description: 'live decisions by what the shadow set made of them',
  });
  const add = (name: 'compared' | 'differed' | 'dropped' | 'unrecorded', count: number): void => {
    counts = { ...counts, [name]: counts[name] + count };
  };
  const tell = (result: string, count: number): void => {
    if (count > 0) decisions.add(count, { 'countersign.shadow.result': result });
  };
  return {
    compared(same, differed) {
      add('compared', same + differed);
      add('differed', differed);
      tell('same', same);
      tell('differed', differed);
    },
    notReplayed(why) {
      counts = {
        ...counts,
        notReplayed: { ...counts.notReplayed, [why]: (counts.notReplayed[why] ?? 0) + 1 },
      };
      tell('not_replayed', 1);
    },
    dropped(count) {
      add('dropped', count);
      tell('dropped', count);
    },
    unrecorded(count) {
      add('unrecorded', count);
    },
    read: () => counts,
    reset() {
      counts = nothing();
    },
  };
}

const nothing = (): ShadowCounts => ({
  compared: 0,
  differed: 0,
  dropped: 0,
  unrecorded: 0,
  notReplayed: {},
});
