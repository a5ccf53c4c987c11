// Where each policy of a set stands: by principal, action and resource that its scope names. Looking up costs what is above a
// request's entities, and not what is in the set (DESIGN section 6, "Index").

import type { CompiledPolicy } from '../compile/types.ts';
import { keysOfEntity, keysOfScope, type Scope } from '../scope.ts';
import type { View } from '../view.ts';
import type { Slice } from './slice.ts';

/** Policies of one group whose scopes are alike. */
export interface Cell {
  readonly group: number;
  /** Their places in the set, ascending. */
  readonly places: number[];
  /** What they are when they alone of their group match; made when it is first needed. */
  slice: Slice | null;
}

/** By principal, action and resource: names of principals are the most, so that the first look leaves little to look at. */
type Cells = Map<string, Map<string, Map<string, Cell[]>>>;

/** Finds the cells of a set whose scopes match a request. A policy whose scope names several actions is in several. */
export type Lookup = (view: View) => Cell[];

/** @param groups the group of each policy. */
export function createLookup(policies: readonly CompiledPolicy[], groups: readonly number[]): Lookup {
  const cells: Cells = new Map();
  for (const [place, { json }] of policies.entries()) {
    const group = groups[place] ?? 0;
    const actions = keysOfScope(json.action);
    const resources = keysOfScope(json.resource);
    for (const principal of keysOfScope(json.principal)) {
      const byAction = within(cells, principal);
      for (const action of actions) {
        const byResource = within(byAction, action);
        for (const resource of resources) add(byResource, resource, group, place);
      }
    }
  }
  const hasTypes = policies.some(({ json }) => isTyped(json.principal) || isTyped(json.resource));
  return (view) => {
    const { principal, action, resource } = view.request;
    const actions = keysOfEntity(action, view, false);
    const resources = keysOfEntity(resource, view, hasTypes);
    const found: Cell[] = [];
    for (const byAction of common(cells, keysOfEntity(principal, view, hasTypes))) {
      for (const byResource of common(byAction, actions)) {
        for (const alike of common(byResource, resources)) found.push(...alike);
      }
    }
    return found;
  };
}

function within<Value>(map: Map<string, Map<string, Value>>, key: string): Map<string, Value> {
  const known = map.get(key) ?? new Map<string, Value>();
  map.set(key, known);
  return known;
}

function add(cells: Map<string, Cell[]>, key: string, group: number, place: number): void {
  const alike = cells.get(key) ?? [];
  cells.set(key, alike);
  const cell = alike.find((one) => one.group === group);
  if (cell === undefined) alike.push({ group, places: [place], slice: null });
  else if (cell.places.at(-1) !== place) cell.places.push(place);
}

/** Whether a scope is of the kind `is … in …`. */
function isTyped(scope: Scope): boolean {
  return scope.op === 'is' && scope.in !== undefined;
}

/** The values at those keys that a map has; looks from the side that has fewer. */
function common<Value>(map: ReadonlyMap<string, Value>, keys: ReadonlySet<string>): Value[] {
  const values: Value[] = [];
  if (map.size < keys.size) {
    for (const [key, value] of map) if (keys.has(key)) values.push(value);
  } else {
    for (const key of keys) {
      const value = map.get(key);
      if (value !== undefined) values.push(value);
    }
  }
  return values;
}
