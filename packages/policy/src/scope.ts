// Whether a policy's scope (the part before its conditions) matches a request, by Cedar's rules for `==`, `in`, `is`.
// Exact where it can be, and true where in doubt: it selects candidates and never decides (DESIGN section 6, "Index").

import type { EntityUidJson, PolicyJson, TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import type { CedarRequest } from './decision.ts';

/** A request with the ancestors of its entities at hand. */
export interface Hierarchy {
  /** The keys of an entity and of everything above it. */
  upward(entity: TypeAndId): ReadonlySet<string>;
}

type Scope = PolicyJson['principal'] | PolicyJson['action'] | PolicyJson['resource'];

export const keyOf = ({ type, id }: TypeAndId): string => `${type}::${JSON.stringify(id)}`;

/** An entity's type and id, whichever of its two JSON forms it has. */
export function uidOf(entity: EntityUidJson): TypeAndId {
  return '__entity' in entity ? entity.__entity : entity;
}

export function hierarchyOf({ entities }: CedarRequest): Hierarchy {
  const parents = new Map(entities.map((entity) => [keyOf(uidOf(entity.uid)), entity.parents.map(uidOf)]));
  const known = new Map<string, ReadonlySet<string>>();
  return {
    upward(entity) {
      const key = keyOf(entity);
      const found = known.get(key);
      if (found !== undefined) return found;
      const above = new Set<string>();
      const waiting = [entity];
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        const at = keyOf(next);
        if (above.has(at)) continue;
        above.add(at);
        waiting.push(...(parents.get(at) ?? []));
      }
      known.set(key, above);
      return above;
    },
  };
}

/** Whether principal, action and resource of the request are within the policy's scope. */
export function scopeMatches(policy: PolicyJson, request: CedarRequest, hierarchy: Hierarchy): boolean {
  return (
    within(policy.action, request.action, hierarchy) &&
    within(policy.resource, request.resource, hierarchy) &&
    within(policy.principal, request.principal, hierarchy)
  );
}

function within(scope: Scope, entity: TypeAndId, hierarchy: Hierarchy): boolean {
  switch (scope.op) {
    case 'All':
      return true;
    case '==':
      return 'entity' in scope ? keyOf(uidOf(scope.entity)) === keyOf(entity) : true;
    case 'is':
      return (
        scope.entity_type === entity.type &&
        (scope.in === undefined || within({ op: 'in', ...scope.in }, entity, hierarchy))
      );
    case 'in': {
      if ('slot' in scope) return true;
      const named = 'entities' in scope ? scope.entities : [scope.entity];
      const above = hierarchy.upward(entity);
      return named.some((name) => above.has(keyOf(uidOf(name))));
    }
    default:
      return scope satisfies never;
  }
}
