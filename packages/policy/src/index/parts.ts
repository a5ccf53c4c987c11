// The slices that a request comes to, in two parts: those whose answers last, described together so that one look finds what all of
// them said, and those that have to be asked each time (DESIGN section 6, "Index").

import type { Notes } from '../memory.ts';
import { remembered } from '../remembered.ts';
import { type Unmet, unmetOf } from '../foreseen/unmet.ts';
import { type Needs, needsOf } from './needs.ts';
import type { Matching } from './policy-index.ts';
import { rulesOf, sharedNeeds, type Slice } from './slice.ts';

/** Slices that are remembered as one. */
export interface Union {
  readonly slices: readonly Slice[];
  /** What any of their policies can see. */
  readonly needs: Needs;
  readonly isVolatile: false;
  notes: Notes | null;
}

/** A slice with how to tell that none of its policies could match. */
export interface Passing {
  readonly slice: Slice;
  readonly isUnmet: Unmet;
}

export interface Parts {
  readonly lasting: Union;
  readonly passing: readonly Passing[];
}

export const partsOf = remembered((slices: Matching): Parts => {
  const lasting = slices.filter(({ isVolatile }) => !isVolatile);
  const passing = slices.filter(({ isVolatile }) => isVolatile);
  // Of what scopes name, a description says nothing; without it, what thousands of unions need is a few things.
  const conditions = lasting.flatMap(({ policies }) =>
    policies.map(({ json }) => ({ ...json, ...ANYTHING })),
  );
  return {
    lasting: { slices: lasting, needs: sharedNeeds(needsOf(conditions)), isVolatile: false, notes: null },
    passing: passing.map((slice) => ({ slice, isUnmet: unmetOf(slice.policies) })),
  };
});

const ANYTHING = { principal: { op: 'All' }, action: { op: 'All' }, resource: { op: 'All' } } as const;

/** The same slices without their guards. */
export const rulesAmong = remembered((slices: Matching): Matching => {
  const rules = slices.map(rulesOf);
  return rules.every((slice, at) => slice === slices[at]) ? slices : rules;
});
