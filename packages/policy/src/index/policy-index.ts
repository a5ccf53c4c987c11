// The index of a set: which of its policies a request comes to, as slices that are made once and shared by all requests that
// come to the same ones (DESIGN section 6, "Index"). Selects, and never decides.

import type { TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import type { CompiledPolicy, CompiledPolicySet } from '../compile/types.ts';
import { namedBy, namesEntity, type Scope } from '../scope.ts';
import type { View } from '../view.ts';
import { type Cell, createLookup } from './lookup.ts';
import { createLru } from './lru.ts';
import { type Slice, sliceOf } from './slice.ts';
import { isVolatile } from './volatile.ts';

/** The policies whose scope matches a request, each in one slice; no slice is empty. */
export type Matching = readonly Slice[];

export interface PolicyIndex {
  matching(view: View): Matching;
  /** Ids of the resources that begin as the request's does and that scopes name, for its principal and action. */
  named(view: View): ReadonlySet<string>;
}

/** Of slices, and of whereabouts: what falls out is made again. */
const MAX_SLICES = 32_768;
const MAX_WHEREABOUTS = 32_768;
const MAX_NAMED = 1_024;

export function createIndex({ policies }: Pick<CompiledPolicySet, 'policies'>): PolicyIndex {
  const lookup = createLookup(policies, policies.map(groupOf));
  const slices = createLru<string, Slice>(MAX_SLICES);
  const known = createLru<string, Matching>(MAX_WHEREABOUTS);
  const named = createLru<string, ReadonlySet<string>>(MAX_NAMED);
  const naming = policies.filter(({ json }) => namedBy(json.resource).some(isResource));
  const lookupNaming = createLookup(naming.map(aboutAnyResource), []);

  const sliceFor = (places: readonly number[], group: number): Slice => {
    const key = places.join();
    const known = slices.get(key);
    if (known !== undefined) return known;
    const chosen = places.map((place) => policies[place] as CompiledPolicy);
    const slice = sliceOf({ key, policies: chosen, isVolatile: group < VOLATILE_GROUPS });
    slices.set(key, slice);
    return slice;
  };
  const find = (view: View): Matching => {
    const cells: (Cell[] | undefined)[] = [];
    for (const cell of lookup(view)) (cells[cell.group] ??= []).push(cell);
    return cells.flatMap((alike = [], group) => {
      const [only, ...others] = alike;
      if (only === undefined) return [];
      if (others.length > 0) return [sliceFor(placesOf(alike), group)];
      only.slice ??= sliceFor(only.places, group);
      return [only.slice];
    });
  };
  return {
    matching(view) {
      const key = whereabouts(view);
      const before = known.get(key);
      if (before !== undefined) return before;
      const found = find(view);
      known.set(key, found);
      return found;
    },
    named(view) {
      const key = whereabouts(view);
      const before = named.get(key);
      if (before !== undefined) return before;
      const { resource } = view.request;
      const found = new Set<string>();
      for (const place of placesOf(lookupNaming(view))) {
        const scope = naming[place]?.json.resource ?? ANY_RESOURCE;
        for (const uid of namedBy(scope))
          if (isResource(uid) && uid.id.startsWith(resource.id)) found.add(uid.id);
      }
      named.set(key, found);
      return found;
    },
  };
}

const ANY_RESOURCE: Scope = { op: 'All' };
const isResource = ({ type }: TypeAndId): boolean => type === 'Resource';

function aboutAnyResource(policy: CompiledPolicy): CompiledPolicy {
  return { ...policy, json: { ...policy.json, resource: { op: 'All' } } };
}

/** All that a scope can ask: of each entity, what it is and what is above it. Lengths keep names from running together. */
function whereabouts(view: View): string {
  const { principal, action, resource } = view.request;
  let key = '';
  for (const entity of [principal, action, resource]) {
    for (const above of view.upward(entity).keys()) key += `${above.length} ${above}`;
    key += ';';
  }
  return key;
}

/** Ascending, each once: a scope that names several actions may have been met more than once. */
function placesOf(cells: readonly Cell[]): number[] {
  const places = cells.flatMap((cell) => cell.places).sort((a, b) => a - b);
  return places.filter((place, at) => at === 0 || place !== places[at - 1]);
}

/**
 * Policies that name a principal are apart from those that name a group of them or none, and so with the resource: calls of
 * all agents to a tool share slices, and calls of an agent to all tools. Together there would be one slice for each pair, and
 * hardly a call would find its own ready. What volatile policies say cannot be remembered: they are asked each time, so that
 * they are in few slices.
 */
function groupOf(policy: CompiledPolicy): number {
  const { principal, resource } = policy.json;
  const named = !namesEntity(principal) ? 0 : principal.op === '==' ? 2 : 1;
  return isVolatile(policy) ? Math.min(named, 1) : 2 + named + 3 * Number(namesEntity(resource));
}

/** Volatile groups come first. */
const VOLATILE_GROUPS = 2;
