// The index of a set: which of its policies a request comes to, as slices that are made once and shared by all requests that
// come to the same ones (DESIGN section 6, "Index"). Selects, and never decides.

import type { CompiledPolicy, CompiledPolicySet } from '../compile/types.ts';
import { scopeMatches } from '../scope.ts';
import type { View } from '../view.ts';
import { createLookup } from './lookup.ts';
import { createLru } from './lru.ts';
import { type Slice, sliceOf } from './slice.ts';
import { isVolatile } from './volatile.ts';

/**
 * The policies whose scope matches a request, in up to four slices, none of them empty. Those that name a principal are
 * apart, since calls of all agents to a tool share the others, and calls of an agent to all tools mostly share its own:
 * together there would be a slice for each pair, and hardly a call would find its own ready. Volatile ones are apart, since
 * what the others say can be remembered.
 */
export type Matching = readonly Slice[];

export interface PolicyIndex {
  matching(view: View): Matching;
}

/** Of ways to match, and of slices: what falls out is worked out again. */
const MAX_REMEMBERED = 16_384;

export function createIndex({ policies }: Pick<CompiledPolicySet, 'policies'>): PolicyIndex {
  const lookup = createLookup(policies);
  const volatile = policies.map(isVolatile);
  const slices = createLru<string, Slice>(MAX_REMEMBERED);
  const answers = createLru<string, Matching>(MAX_REMEMBERED);

  const sliceFor = (places: readonly number[], isVolatile: boolean): Slice => {
    const key = places.join();
    const known = slices.get(key);
    if (known !== undefined) return known;
    const chosen = places.map((place) => policies[place] as CompiledPolicy);
    const slice = sliceOf({ key, policies: chosen, isVolatile });
    slices.set(key, slice);
    return slice;
  };
  /** `key` must tell apart whatever these candidates' scopes can tell apart. */
  const find = (key: string, view: View, candidates: () => readonly number[]): Matching => {
    const known = answers.get(key);
    if (known !== undefined) return known;
    const places = candidates().filter((place) =>
      scopeMatches((policies[place] as CompiledPolicy).json, view),
    );
    const found = [false, true].flatMap((wanted) => {
      const alike = places.filter((place) => volatile[place] === wanted);
      return alike.length === 0 ? [] : [sliceFor(alike, wanted)];
    });
    answers.set(key, found);
    return found;
  };
  return {
    matching(view) {
      const { principal, action, resource } = view.request;
      const actions = [...view.upward(action).keys()];
      const principals = [...view.upward(principal).keys()];
      const resources = [...view.upward(resource).keys()];
      const rest = JSON.stringify([principal.type, actions, resources]);
      const unnamed = find(rest, view, () => lookup.candidates({ actions, principals: null, resources }));
      if (!lookup.hasNamed(principals)) return unnamed;
      const key = JSON.stringify([rest, principals]);
      const named = find(key, view, () => lookup.candidates({ actions, principals, resources }));
      return [...unnamed, ...named];
    },
  };
}
