// The actions of a schema with what is above and below each, so that a scope is turned into actions without walking the
// schema for every policy.

import type { ActionType, PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { PolicySchema } from '../schema/types.ts';
import { uidOf } from '../scope.ts';

export interface ActionIndex {
  readonly actions: ReadonlyMap<string, ActionType<string>>;
  /** The action and all groups above it. */
  above(id: string): ReadonlySet<string>;
  /** The action and all that is in it; none where there is no such action. */
  below(id: string): readonly string[];
  /** All actions that a policy's scope covers, groups included. */
  covered(scope: PolicyJson['action']): readonly string[];
}

export function indexActions({ json }: PolicySchema): ActionIndex {
  const actions = new Map(Object.values(json).flatMap((namespace) => Object.entries(namespace.actions)));
  const known = new Map<string, ReadonlySet<string>>();
  const above = (id: string): ReadonlySet<string> => {
    const found = known.get(id);
    if (found !== undefined) return found;
    const all = new Set([id]);
    known.set(id, all);
    for (const parent of actions.get(id)?.memberOf ?? []) for (const one of above(parent.id)) all.add(one);
    return all;
  };
  const below = new Map<string, string[]>();
  for (const id of actions.keys()) {
    for (const group of above(id)) {
      const members = below.get(group);
      if (members === undefined) below.set(group, [id]);
      else members.push(id);
    }
  }
  const everything = [...actions.keys()];
  return {
    actions,
    above,
    below: (id) => below.get(id) ?? [],
    covered(scope) {
      if (scope.op === 'All') return everything;
      const named = namedIn(scope);
      if (scope.op === '==') return named.filter((id) => actions.has(id));
      return [...new Set(named.flatMap((id) => below.get(id) ?? []))];
    },
  };
}

/** The actions that a scope names. */
export function namedIn(scope: PolicyJson['action']): string[] {
  if (scope.op === 'All' || 'slot' in scope) return [];
  const entities = 'entities' in scope ? scope.entities : [scope.entity];
  return entities.map((entity) => uidOf(entity).id);
}
