// What an operand of a condition is in a request, told without the engine: a literal, or an attribute on a plain way from a
// variable. Undefined wherever Cedar could err or know better: then the engine is asked (DESIGN section 6, "Index").

import type { CedarValueJson } from '@cedar-policy/cedar-wasm/nodejs';
import { entityIn, isNode } from '../node.ts';
import type { View } from '../view.ts';

export type Value = CedarValueJson | undefined;
/** Tells a value in a request. */
export type ValueIn = (view: View) => Value;

/** How an expression's value is told; null if it never can be. */
export function valueOf(expression: unknown): ValueIn | null {
  if (!isNode(expression)) return null;
  if ('Value' in expression) return literal(expression['Value']);
  if ('Var' in expression) return variable(expression['Var']);
  return '.' in expression ? attribute(expression['.']) : null;
}

function literal(value: unknown): ValueIn | null {
  const known = isScalar(value) || entityIn(value) !== null ? (value as CedarValueJson) : undefined;
  return known === undefined ? null : () => known;
}

function variable(name: unknown): ValueIn | null {
  switch (name) {
    case 'principal':
    case 'action':
    case 'resource':
      return ({ request }) => ({ __entity: request[name] });
    case 'context':
      return ({ request }) => request.context;
    default:
      return null;
  }
}

function attribute(access: unknown): ValueIn | null {
  if (!isNode(access)) return null;
  const { left, attr } = access;
  const of = valueOf(left);
  if (of === null || typeof attr !== 'string') return null;
  return (view) => {
    const members = membersOf(of(view), view);
    return members !== undefined && Object.hasOwn(members, attr) ? members[attr] : undefined;
  };
}

type Members = Readonly<Record<string, CedarValueJson>>;

const NONE: Members = {};

/** The attributes of a record or an entity, none of an entity that nobody described; undefined for anything else. */
export function membersOf(value: Value, view: View): Members | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const uid = entityIn(value);
  if (uid !== null) return view.entity(uid)?.attrs ?? NONE;
  return '__entity' in value || '__extn' in value || '__expr' in value ? undefined : value;
}

/** Whether JSON carries a value to the engine as what it is here: of numbers, those that were not rounded. */
export function isScalar(value: unknown): value is boolean | number | string {
  if (typeof value === 'string') return value.isWellFormed();
  return typeof value === 'boolean' || Number.isSafeInteger(value);
}
