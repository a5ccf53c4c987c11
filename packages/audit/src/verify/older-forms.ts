// Entries as they were before members of their kind came later (docs/log-format.md, section 3.1), after one that has these. An
// older gateway that was put back writes so; so would whoever wants to leave out what such a member says.

import { ENTRY_KINDS, type KindSpec } from '../entry/kinds.ts';
import type { EntryHeader } from '../entry/types.ts';

export interface OlderForms {
  /** How many there are, and the index of the first; null where there is none. */
  readonly count: number;
  readonly first: number | null;
}

export interface OlderFormStep {
  readonly check: (entry: EntryHeader) => void;
  readonly finish: () => OlderForms;
}

/** Of kinds to which something came later: a body member that only the newer form has. */
const MARKS: ReadonlyMap<string, string> = new Map(
  Object.entries<KindSpec>(ENTRY_KINDS).flatMap(([kind, { later }]) =>
    later?.body[0] === undefined ? [] : [[kind, later.body[0]] as const],
  ),
);

export function createOlderFormStep(): OlderFormStep {
  const newer = new Set<string>();
  let [count, first]: [number, number | null] = [0, null];
  return {
    check: ({ kind, index, body }) => {
      const mark = MARKS.get(kind);
      if (mark === undefined) return;
      if (Object.hasOwn(body, mark)) newer.add(kind);
      else if (newer.has(kind)) {
        count += 1;
        first ??= index;
      }
    },
    finish: () => ({ count, first }),
  };
}
