// Whether a policy's scope (the part before its conditions) matches a request, by Cedar's rules for `==`, `in`, `is`.
// Exact where it can be, and true where in doubt: it selects candidates and never decides (DESIGN section 6, "Index").

import type { EntityUidJson, PolicyJson, TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import type { View } from './view.ts';

export type Scope = PolicyJson['principal'] | PolicyJson['action'] | PolicyJson['resource'];

/** A text for each entity, and for no two the same: a type's name holds no blank. */
export const keyOf = ({ type, id }: TypeAndId): string => `${type} ${id}`;

/** An entity's type and id, whichever of its two JSON forms it has. */
export function uidOf(entity: EntityUidJson): TypeAndId {
  return '__entity' in entity ? entity.__entity : entity;
}

/** Whether a scope speaks of certain entities, and not only of a type or of all. */
export function namesEntity(scope: Scope): boolean {
  return namedBy(scope).length > 0;
}

/** The entities that a scope names. */
export function namedBy(scope: Scope): readonly TypeAndId[] {
  if ('slot' in scope) return [];
  switch (scope.op) {
    case 'All':
      return [];
    case '==':
      return [uidOf(scope.entity)];
    case 'in':
      return ('entities' in scope ? scope.entities : [scope.entity]).map(uidOf);
    case 'is':
      return scope.in === undefined ? [] : namedBy({ op: 'in', ...scope.in });
    default:
      return scope satisfies never;
  }
}

// A scope is a few keys, an entity has some more; the scope matches where they have one in common. Both are written here, and
// nowhere else is it said what a scope means.

const ANYTHING = '*';

/** The keys of a scope. */
export function keysOfScope(scope: Scope): readonly string[] {
  const named = namedBy(scope).map(keyOf);
  const type = scope.op === 'is' ? `is ${scope.entity_type}` : '';
  if (named.length === 0) return [type || ANYTHING];
  if (scope.op === '==') return named.map((key) => `= ${key}`);
  return named.map((key) => `${type} in ${key}`);
}

/** The keys of all scopes that match an entity; of `is … in …` only if there are such. */
export function keysOfEntity(entity: TypeAndId, view: View, withTypes = true): ReadonlySet<string> {
  const type = `is ${entity.type}`;
  const keys = new Set([ANYTHING, type, `= ${keyOf(entity)}`]);
  for (const above of view.upward(entity).keys()) {
    keys.add(` in ${above}`);
    if (withTypes) keys.add(`${type} in ${above}`);
  }
  return keys;
}

/** Whether principal, action and resource of the request are within the policy's scope. */
export function scopeMatches({ principal, action, resource }: PolicyJson, view: View): boolean {
  const { request } = view;
  return (
    within(action, request.action, view) &&
    within(resource, request.resource, view) &&
    within(principal, request.principal, view)
  );
}

function within(scope: Scope, entity: TypeAndId, view: View): boolean {
  const keys = keysOfEntity(entity, view);
  return keysOfScope(scope).some((key) => keys.has(key));
}
