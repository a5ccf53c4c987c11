// A throw-away engine instance for text that nobody has vouched for: what kills it costs one instance and nothing else
// (DESIGN section 6, "hostile policy text").

import type { PolicyToJsonAnswer } from '@cedar-policy/cedar-wasm/nodejs';
import type { Cedar, OpenCedar } from '../cedar-door.ts';

export interface Scratch {
  /** Runs one question; null if it killed the instance, which is then replaced, or if too many have died already. */
  run<Answer>(ask: (cedar: Cedar) => Answer): Answer | null;
  /** Reads one policy or template; null as of `run`. A text that was read before is not read again. */
  parse(text: string, form: 'policy' | 'template'): PolicyToJsonAnswer | null;
  /** So many instances have died that no more are opened. */
  isSpent(): boolean;
}

/** A fresh instance takes some ten milliseconds; a set that kills more of them than this is not worth the next. */
const MAX_DEATHS = 16;

export function createScratch(open: OpenCedar): Scratch {
  let cedar: Cedar | null = null;
  let deaths = 0;
  const read = new Map<string, PolicyToJsonAnswer>();
  const run = <Answer>(ask: (cedar: Cedar) => Answer): Answer | null => {
    if (deaths >= MAX_DEATHS) return null;
    try {
      cedar ??= open();
      return ask(cedar);
    } catch {
      cedar = null;
      deaths += 1;
      return null;
    }
  };
  return {
    run,
    parse(text, form) {
      const key = `${form} ${text}`;
      const known = read.get(key);
      if (known !== undefined) return known;
      const answer = run((cedar) =>
        form === 'template' ? cedar.templateToJson(text) : cedar.policyToJson(text),
      );
      if (answer !== null) read.set(key, answer);
      return answer;
    },
    isSpent: () => deaths >= MAX_DEATHS,
  };
}
