// A throw-away engine instance for text that nobody has vouched for: what kills it costs one instance and nothing else
// (DESIGN section 6, "hostile policy text").

import type { Cedar, OpenCedar } from '../cedar-door.ts';

export interface Scratch {
  /** Runs one question; null if it killed the instance, which is then replaced. */
  run<Answer>(ask: (cedar: Cedar) => Answer): Answer | null;
}

export function createScratch(open: OpenCedar): Scratch {
  let cedar: Cedar | null = null;
  return {
    run(ask) {
      cedar ??= open();
      try {
        return ask(cedar);
      } catch {
        cedar = null;
        return null;
      }
    },
  };
}
