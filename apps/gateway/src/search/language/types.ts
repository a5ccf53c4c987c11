// What a question about calls consists of, as read from its text and as it is printed back.
import type { Key } from './keys.ts';

/** One thing that a call is or is not. */
export interface Test {
  readonly key: Key;
  readonly value: string;
  /** Whatever begins with the value. */
  readonly isPrefix: boolean;
}

/**
 * What has to hold. `wanted`: any of its tests; several clauses with a single test of the same key are together any of theirs,
 * unless the key is one of `EACH`. `unwanted`: not its only test. `also`: any of its tests, whatever else is said of their keys.
 */
export interface Clause {
  readonly how: 'wanted' | 'unwanted' | 'also';
  readonly tests: readonly [Test, ...Test[]];
}

/** All of it has to hold. */
export type Query = readonly Clause[];

export interface Fault {
  /** Where in the text, in UTF-16 units; `to` is not included. */
  readonly from: number;
  readonly to: number;
  /** What is wrong, and what to write instead; no full stop. */
  readonly message: string;
}

export interface ReadQuery {
  readonly query: Query;
  /** Whoever asks with a query that has any must be refused. */
  readonly faults: readonly Fault[];
}

/**
 * Where the text comes from. Everywhere it means the same; but what once meant something else in one place is refused there:
 * `where`: in a parameter of that name, both of what is named twice had to hold. `record`: in what destroys, keeps or takes
 * away calls a star, | and & were letters, a minus before words was nothing, and conditions within where: were others. What
 * is stored of such things keeps no version of its language: it is told by what could not be written before, quotation
 * marks with a sign behind or before them.
 */
export type Place = 'search' | 'where' | 'record';
