// What policies said before, of requests that they cannot tell apart from this one: the same question has the same answer, and
// need not be asked again (DESIGN section 6, "Index"). Of one policy set only; bounded.

import type { CompiledPolicy } from './compile/types.ts';
import { createLru, type Lru } from './index/lru.ts';
import type { Live } from './live.ts';

/** What a slice's policies said of a request; lists are sorted by id once those of all slices are together. */
export interface Answer {
  /** Permits that matched; none where a forbid did. */
  readonly permits: readonly CompiledPolicy[];
  readonly forbids: readonly CompiledPolicy[];
  readonly errored: readonly CompiledPolicy[];
  readonly errors: readonly { readonly policy: string; readonly message: string }[];
}

/** A permit that did not match, with the conditions that were not true. */
export type Failures = readonly [permit: CompiledPolicy, conditions: readonly string[]];

/** By slice, and by what it can see of a request. */
export interface Memory {
  readonly answers: Lru<string, Answer>;
  readonly failures: Lru<string, readonly Failures[]>;
}

/** What answers: the engine, and what it said before. */
export interface Asked {
  readonly live: Live;
  readonly memory: Memory;
}

const MAX_REMEMBERED = 65_536;

export function createMemory(): Memory {
  return { answers: createLru(MAX_REMEMBERED), failures: createLru(MAX_REMEMBERED) };
}
