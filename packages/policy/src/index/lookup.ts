// Where each policy of a set stands: by principal, action and resource that its scope names. Looking up costs what is above a
// request's entities, and not what is in the set (DESIGN section 6, "Index").

import type { CompiledPolicy } from '../compile/types.ts';
import { keysOfEntity, keysOfScope } from '../scope.ts';
import type { View } from '../view.ts';

/** By principal, action and resource: names of principals are the most, so that the first look leaves little to look at. */
type Cells = Map<string, Map<string, Map<string, number[]>>>;

/** Finds the places in the set, ascending and each once, of the policies whose scope matches a request. */
export type Lookup = (view: View) => number[];

export function createLookup(policies: readonly CompiledPolicy[]): Lookup {
  const cells: Cells = new Map();
  for (const [place, { json }] of policies.entries()) {
    const actions = keysOfScope(json.action);
    const resources = keysOfScope(json.resource);
    for (const principal of keysOfScope(json.principal)) {
      const byAction = within(cells, principal);
      for (const action of actions) {
        const byResource = within(byAction, action);
        for (const resource of resources) {
          const places = byResource.get(resource);
          if (places === undefined) byResource.set(resource, [place]);
          else places.push(place);
        }
      }
    }
  }
  return (view) => {
    const { principal, action, resource } = view.request;
    const actions = keysOfEntity(action, view);
    const resources = keysOfEntity(resource, view);
    const found: number[] = [];
    for (const byAction of common(cells, keysOfEntity(principal, view))) {
      for (const byResource of common(byAction, actions)) {
        for (const places of common(byResource, resources)) found.push(...places);
      }
    }
    // A scope that names several actions may have been met more than once.
    return found.sort((a, b) => a - b).filter((place, at) => at === 0 || place !== found[at - 1]);
  };
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

function within<Value>(map: Map<string, Map<string, Value>>, key: string): Map<string, Value> {
  const known = map.get(key) ?? new Map<string, Value>();
  map.set(key, known);
  return known;
}
