// Many items of a list for one caller: answers are remembered for as long as nothing that visibility depends on changes, and a
// long list can be worked through in turns, so that it holds up no other call (DESIGN section 6, bet 5).

import type { ListFacts, Turns } from './engine-types.ts';
import type { ListedFacts } from './facts.ts';
import { createLru } from './index/lru.ts';
import { remembered } from './remembered.ts';

export interface Lists {
  all(facts: ListFacts, targets: readonly ListedFacts[]): boolean[];
  inTurns(facts: ListFacts, targets: readonly ListedFacts[], turns: Turns): Promise<boolean[]>;
}

const MAX_CALLERS = 1_024;

/** Answers for one item, null where it cannot this time; pauses where other work may go first. */
export type IsShown = (facts: ListFacts, target: ListedFacts) => Generator<void, boolean | null>;

/** Lists under one policy set and schema. */
export function createLists(isShown: IsShown): Lists {
  /** By caller, then by item: facts never change, so that the same object is the same item. */
  const answers = createLru<string, WeakMap<ListedFacts, boolean>>(MAX_CALLERS);

  function* steps(facts: ListFacts, targets: readonly ListedFacts[]): Generator<void, boolean[]> {
    const key = callerOf(facts);
    const known = answers.get(key) ?? new WeakMap<ListedFacts, boolean>();
    answers.set(key, known);
    const shown: boolean[] = [];
    for (const target of targets) {
      let isThere = known.get(target);
      if (isThere === undefined) {
        const answer = yield* isShown(facts, target);
        if (answer !== null) known.set(target, answer);
        isThere = answer ?? false;
        yield;
      }
      shown.push(isThere);
    }
    return shown;
  }
  return {
    all(facts, targets) {
      const working = steps(facts, targets);
      for (;;) {
        const step = working.next();
        if (step.done === true) return step.value;
      }
    },
    async inTurns(facts, targets, turns) {
      const working = steps(facts, targets);
      for (;;) {
        const step = working.next();
        if (step.done === true) return step.value;
        if (turns.isOver()) await turns.next();
      }
    },
  };
}

/** Everything that visibility depends on besides the item: all facts but those that a later call could change. */
const callerOf = remembered((facts: ListFacts): string => {
  const token = facts.token === undefined ? undefined : { ...facts.token, ageSeconds: undefined };
  const changing = { input: undefined, meta: undefined, inputResponses: undefined, now: undefined };
  return JSON.stringify({
    ...facts,
    ...changing,
    resource: undefined,
    usage: undefined,
    meters: undefined,
    token,
  });
});
