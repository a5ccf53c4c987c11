// Many items of a list for one caller: answers are remembered for as long as nothing that visibility depends on changes, and a
// long list can be worked through in turns, so that it holds up no other call (DESIGN section 6, bet 5).

import type { ListFacts, Turns } from './engine-types.ts';
import type { TargetFacts } from './facts.ts';
import { createLru } from './index/lru.ts';
import { remembered } from './remembered.ts';

export interface Lists {
  all(facts: ListFacts, targets: readonly TargetFacts[]): boolean[];
  inTurns(facts: ListFacts, targets: readonly TargetFacts[], turns: Turns): Promise<boolean[]>;
}

const MAX_CALLERS = 1_024;

/** Lists under one policy set and schema; `isShown` answers for one item, null where it cannot this time. */
export function createLists(isShown: (facts: ListFacts, target: TargetFacts) => boolean | null): Lists {
  /** By caller, then by item: facts never change, so that the same object is the same item. */
  const answers = createLru<string, WeakMap<TargetFacts, boolean>>(MAX_CALLERS);

  function* steps(facts: ListFacts, targets: readonly TargetFacts[]): Generator<void, boolean[]> {
    const key = callerOf(facts);
    const known = answers.get(key) ?? new WeakMap<TargetFacts, boolean>();
    answers.set(key, known);
    const shown: boolean[] = [];
    for (const target of targets) {
      let isThere = known.get(target);
      if (isThere === undefined) {
        const answer = isShown(facts, target);
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
