// A throw-away engine instance for text that nobody has vouched for: what kills it costs one instance and nothing else
// (DESIGN section 6, "hostile policy text").

import type { Cedar, OpenCedar } from '../cedar-door.ts';

export interface Scratch {
  /** Runs one question; null if it killed the instance, which is then replaced, or if too many have died already. */
  run<Answer>(ask: (cedar: Cedar) => Answer): Answer | null;
  /** So many instances have died that no more are opened. */
  isSpent(): boolean;
}

/** A fresh instance takes some ten milliseconds; a set that kills more of them than this is not worth the next. */
const MAX_DEATHS = 16;

export function createScratch(open: OpenCedar): Scratch {
  let cedar: Cedar | null = null;
  let deaths = 0;
  return {
    run(ask) {
      if (deaths >= MAX_DEATHS) return null;
      try {
        cedar ??= open();
        return ask(cedar);
      } catch {
        cedar = null;
        deaths += 1;
        return null;
      }
    },
    isSpent: () => deaths >= MAX_DEATHS,
  };
}
