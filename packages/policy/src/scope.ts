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

/** The entities that a scope names; null where it names none, or leaves one open. */
export function namedBy(scope: Scope): readonly TypeAndId[] | null {
  if ('slot' in scope) return null;
  switch (scope.op) {
    case 'All':
      return null;
    case '==':
      return [uidOf(scope.entity)];
    case 'in':
      return ('entities' in scope ? scope.entities : [scope.entity]).map(uidOf);
    case 'is':
      return scope.in === undefined ? null : namedBy({ op: 'in', ...scope.in });
    default:
      return scope satisfies never;
  }
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
  if (scope.op === 'is' && scope.entity_type !== entity.type) return false;
  const named = namedBy(scope);
  if (named === null) return true;
  if (scope.op === '==') return named.some((name) => keyOf(name) === keyOf(entity));
  const above = view.upward(entity);
  return named.some((name) => above.has(keyOf(name)));
}
