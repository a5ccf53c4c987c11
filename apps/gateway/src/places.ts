// Work that goes one after the other, or few at a time, asked for by many: who may wait for it, and whose turn it is. Nobody holds so many places
// that others get none, and whoever goes leaves theirs at once. Keeps no time, and knows nothing of the work.

interface PlaceLimits {
  /** Places of one person, the turn that is on among them. */
  readonly each: number;
  readonly all: number;
  /** How many are on at the same time; the others wait. Default 1. */
  readonly atOnce?: number;
}

/** `each`: this person has all the places that they may have; `all`: none is left. */
export class NoPlace extends Error {
  readonly of: 'each' | 'all';

  constructor(of: NoPlace['of']) {
    super(of === 'each' ? 'one person has no more places' : 'no place is left');
    this.of = of;
  }
}

export interface Places {
  /**
   * Runs `work` in its turn; where `signal` aborts before that, `gone` in its place. Rejects at once with NoPlace.
   */
  take<T>(who: string, signal: AbortSignal, work: () => Promise<T>, gone: () => T): Promise<T>;
}

export function createPlaces({ each, all, atOnce = 1 }: PlaceLimits): Places {
  const held = new Map<string, number>();
  const waiting = new Set<() => void>();
  let count = 0;
  let busy = 0;

  /** Whether their turn came. */
  async function turn(signal: AbortSignal): Promise<boolean> {
    if (busy < atOnce) {
      busy += 1;
      return true;
    }
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const begin = (): void => resolve(true);
    const leave = (): void => {
      if (waiting.delete(begin)) resolve(false);
    };
    waiting.add(begin);
    signal.addEventListener('abort', leave);
    if (signal.aborted) leave();
    try {
      return await promise;
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }
  function pass(): void {
    const [begin] = waiting;
    if (begin === undefined) {
      busy -= 1;
      return;
    }
    waiting.delete(begin);
    begin();
  }
  async function taken<T>(signal: AbortSignal, work: () => Promise<T>, gone: () => T): Promise<T> {
    if (!(await turn(signal))) return gone();
    try {
      return signal.aborted ? gone() : await work();
    } finally {
      pass();
    }
  }

  return {
    async take(who, signal, work, gone) {
      const own = held.get(who) ?? 0;
      if (own >= each) throw new NoPlace('each');
      if (count >= all) throw new NoPlace('all');
      held.set(who, own + 1);
      count += 1;
      try {
        return await taken(signal, work, gone);
      } finally {
        const left = (held.get(who) ?? 1) - 1;
        if (left === 0) held.delete(who);
        else held.set(who, left);
        count -= 1;
      }
    },
  };
}
