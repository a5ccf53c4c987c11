// What policies said before, of requests that they cannot tell apart from this one: the same question has the same answer, and
// need not be asked again (DESIGN section 6, "Index"). Of one policy set only; bounded.

import type { CompiledPolicy } from './compile/types.ts';
import type { Live } from './live.ts';

/** What a slice's policies said of a request; lists are sorted by id. */
export interface Answer {
  /** Permits that matched; none where a forbid did. */
  readonly permits: readonly CompiledPolicy[];
  readonly forbids: readonly CompiledPolicy[];
  readonly errored: readonly CompiledPolicy[];
  readonly errors: readonly { readonly policy: string; readonly message: string }[];
}

/** A permit that did not match, with the conditions that were not true. */
export type Failures = readonly [permit: CompiledPolicy, conditions: readonly string[]];

/** What there is to remember. */
interface Kinds {
  readonly answers: Answer;
  readonly failures: readonly Failures[];
}

/** What is remembered of one slice, by what it could see. */
export interface Notes {
  /** Notes of an earlier one are forgotten. */
  readonly epoch: object;
  readonly answers: Map<string, Answer>;
  readonly failures: Map<string, readonly Failures[]>;
}

/** A slice keeps its own notes: with all of them in one place, finding one would cost more than what it saves. */
interface Noted {
  notes: Notes | null;
}

export interface Memory {
  recall<Kind extends keyof Kinds>(kind: Kind, of: Noted, key: string): Kinds[Kind] | undefined;
  note<Kind extends keyof Kinds>(kind: Kind, of: Noted, key: string, value: Kinds[Kind]): void;
}

/** What answers: the engine, and what it said before. */
export interface Asked {
  readonly live: Live;
  /** What each slice said. */
  readonly memory: Memory;
  /** What all slices of a request said together: another one, since it would fill that with what few calls share. */
  readonly together: Memory;
}

/** Of all slices together. Callers write parts of what keys are made of, so that these are counted, too. */
const MAX_NOTES = 65_536;
const MAX_CHARACTERS = 32 << 20;

/** Bounded; when it is full, everything is forgotten at once. */
export function createMemory(maxNotes = MAX_NOTES, maxCharacters = MAX_CHARACTERS): Memory {
  let epoch = {};
  let count = 0;
  let characters = 0;
  const mapOf = <Kind extends keyof Kinds>(kind: Kind, of: Noted): Map<string, Kinds[Kind]> => {
    if (of.notes?.epoch !== epoch) of.notes = { epoch, answers: new Map(), failures: new Map() };
    return of.notes[kind] as Map<string, Kinds[Kind]>;
  };
  return {
    recall: (kind, of, key) => (of.notes?.epoch === epoch ? mapOf(kind, of).get(key) : undefined),
    note(kind, of, key, value) {
      if (key.length > maxCharacters / 2) return;
      if (count >= maxNotes || characters + key.length > maxCharacters)
        [epoch, count, characters] = [{}, 0, 0];
      mapOf(kind, of).set(key, value);
      count += 1;
      characters += key.length;
    },
  };
}
