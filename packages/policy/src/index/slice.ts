// A few policies of a set, ready to be prepared in an engine instance and asked about a request together (DESIGN section 6,
// "Index"). It lasts: an instance may die and be rebuilt, a slice stays.

import type { CompiledPolicy } from '../compile/types.ts';
import type { Notes } from '../memory.ts';
import { remembered } from '../remembered.ts';
import { aboutAnyAction } from './any-action.ts';
import { createLru } from './lru.ts';
import { type Needs, needsOf } from './needs.ts';

export interface Slice {
  /** Tells it apart from all other slices of its set. */
  readonly key: string;
  /** Sorted by id. */
  readonly policies: readonly CompiledPolicy[];
  /** All of them about any action, one after the other: the engine reads one text several times faster than one for each. */
  readonly text: string;
  readonly needs: Needs;
  /** Whether its policies read what differs from call to call; see `volatile.ts`. */
  readonly isVolatile: boolean;
  /** What is remembered of it; `memory.ts` alone looks at it. */
  notes: Notes | null;
}

export function sliceOf(of: Pick<Slice, 'key' | 'policies' | 'isVolatile'>): Slice {
  const asked = of.policies.map(aboutAnyAction);
  return {
    ...of,
    notes: null,
    text: asked.map(({ text }) => text).join('\n'),
    needs: sharedNeeds(needsOf(asked.map(({ json }) => json))),
  };
}

const known = createLru<string, Needs>(4_096);

/** Policies of a company resemble each other: what thousands of slices need is a few things, better held once. */
export function sharedNeeds(needs: Needs): Needs {
  const key = JSON.stringify(needs);
  const before = known.get(key);
  if (before === undefined) known.set(key, needs);
  return before ?? needs;
}

/** The policy that the engine names: it numbers those of a text. */
export function policyNamed(id: string, { policies }: Pick<Slice, 'policies'>): CompiledPolicy | undefined {
  return policies[placeOf(id)];
}

/** The place in a text of the policy that the engine names; no place for any other name. */
export function placeOf(id: string): number {
  return /^policy\d{1,9}$/.test(id) ? Number(id.slice('policy'.length)) : -1;
}

/** The slice without its guards. */
export const rulesOf = remembered((slice: Slice): Slice => {
  const { key, policies, isVolatile } = slice;
  const rules = policies.filter(({ guard }) => guard === undefined);
  return rules.length === policies.length
    ? slice
    : sliceOf({ key: `${key} rules`, policies: rules, isVolatile });
});
