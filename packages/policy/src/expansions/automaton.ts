// A glob as an automaton: how far a text has come in it, character by character. Built as far as texts come, and kept for as
// long as the glob: the patterns of a set meet one template after the other.

import { remembered } from '../remembered.ts';
import { ANY, type Glob, tokensOf } from './glob.ts';

/** States are numbers; the first is 0. */
export interface Automaton {
  readonly tokens: readonly string[];
  /** Where a character leads; null where no text goes on from there. */
  step(state: number, character: string): number | null;
  /** The characters that lead elsewhere than any other does. */
  next(state: number): readonly string[];
  /** Whether the text so far is matched. */
  isMatched(state: number): boolean;
  /** Whether whatever follows is matched, too. */
  isSure(state: number): boolean;
  /** The furthest place among the tokens that the text so far may have reached. */
  furthest(state: number): number;
}

/** Ascending places among the tokens; the one behind the last is the end. Empty: no text goes on from here. */
type Reached = readonly number[];

interface State {
  readonly reached: Reached;
  readonly next: readonly string[];
  readonly moves: Map<string, number | null>;
}

export const automatonOf = remembered((glob: Glob): Automaton => {
  const tokens = tokensOf(glob);
  const letters = new Set(tokens);
  const states: State[] = [];
  const known = new Map<string, number>();
  const stateOf = (reached: Reached): number | null => {
    if (reached.length === 0) return null;
    const key = reached.join();
    const before = known.get(key);
    if (before !== undefined) return before;
    known.set(key, states.length);
    const next = new Set(reached.map((at) => tokens[at] ?? ANY).filter((token) => token !== ANY));
    return states.push({ reached, next: [...next], moves: new Map() }) - 1;
  };
  const start: number[] = [];
  arrive(0, start, tokens);
  stateOf(start);
  const at = (state: number): State => states[state] as State;
  const isMatched = (state: number): boolean => at(state).reached.at(-1) === tokens.length;
  return {
    tokens,
    step(state, character) {
      const letter = letters.has(character) ? character : ANY;
      const { reached, moves } = at(state);
      const before = moves.get(letter);
      if (before !== undefined) return before;
      const to = stateOf(onward(reached, tokens, letter));
      moves.set(letter, to);
      return to;
    },
    next: (state) => at(state).next,
    isMatched,
    isSure: (state) => tokens.at(-1) === ANY && isMatched(state),
    furthest: (state) => at(state).reached.at(-1) ?? 0,
  };
});

function onward(from: Reached, tokens: readonly string[], letter: string): Reached {
  const to: number[] = [];
  for (const at of from) {
    const token = tokens[at];
    if (token === ANY) arrive(at, to, tokens);
    else if (token === letter) arrive(at + 1, to, tokens);
  }
  return to;
}

/**
 * Called in ascending order; there are no two wildcards side by side. Places before a wildcard are left out: what can be
 * matched from there can be matched from the wildcard, too.
 */
function arrive(at: number, reached: number[], tokens: readonly string[]): void {
  if (tokens[at] === ANY) reached.splice(0, reached.length, at, at + 1);
  else if (reached.at(-1) !== at) reached.push(at);
}
