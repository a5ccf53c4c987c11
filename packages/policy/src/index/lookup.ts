// Where each policy of a set stands: by action, principal and resource that its scope names. Looking up costs what is above
// a request's entities, and not what is in the set (DESIGN section 6, "Index").

import type { CompiledPolicy } from '../compile/types.ts';
import { keyOf, namedBy, type Scope } from '../scope.ts';

/** Stands for a scope that names nobody; no entity has this key. */
const ANY = '*';

type Cells = Map<string, Map<string, Map<string, number[]>>>;

export interface Lookup {
  /** Whether any policy names one of these principals. */
  hasNamed(principals: Iterable<string>): boolean;
  /**
   * Places in the set, ascending and each once, of the policies that name one of each, or nobody: candidates, to be
   * filtered by their scopes. Those that name a principal, or, with `null`, those that name none.
   */
  candidates(of: {
    readonly actions: Iterable<string>;
    readonly principals: Iterable<string> | null;
    readonly resources: Iterable<string>;
  }): number[];
}

export function createLookup(policies: readonly CompiledPolicy[]): Lookup {
  const cells: Cells = new Map();
  const principals = new Set<string>();
  for (const [place, { json }] of policies.entries()) {
    for (const action of keysOf(json.action)) {
      const byPrincipal = within(cells, action);
      for (const principal of keysOf(json.principal)) {
        const byResource = within(byPrincipal, principal);
        principals.add(principal);
        for (const resource of keysOf(json.resource)) {
          const places = byResource.get(resource);
          if (places === undefined) byResource.set(resource, [place]);
          else places.push(place);
        }
      }
    }
  }
  return {
    hasNamed(keys) {
      for (const key of keys) if (principals.has(key)) return true;
      return false;
    },
    candidates(of) {
      const found = new Set<number>();
      for (const byPrincipal of reached(cells, of.actions)) {
        const named = of.principals === null ? [byPrincipal.get(ANY)] : at(byPrincipal, of.principals);
        for (const byResource of named) {
          if (byResource === undefined) continue;
          for (const places of reached(byResource, of.resources))
            for (const place of places) found.add(place);
        }
      }
      return [...found].sort((a, b) => a - b);
    },
  };
}

function keysOf(scope: Scope): readonly string[] {
  return namedBy(scope)?.map(keyOf) ?? [ANY];
}

function within<Value>(map: Map<string, Map<string, Value>>, key: string): Map<string, Value> {
  const known = map.get(key) ?? new Map<string, Value>();
  map.set(key, known);
  return known;
}

function* at<Value>(map: ReadonlyMap<string, Value>, keys: Iterable<string>): Generator<Value> {
  for (const key of keys) {
    const value = map.get(key);
    if (value !== undefined) yield value;
  }
}

function* reached<Value>(map: ReadonlyMap<string, Value>, keys: Iterable<string>): Generator<Value> {
  yield* at(map, keys);
  yield* at(map, [ANY]);
}
