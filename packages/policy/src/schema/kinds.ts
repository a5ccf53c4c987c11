// Which one kind of value the layers of a JSON Schema describe, by their own keywords. Pure.

import type { Budget } from './budget.ts';
import { isSchema, type JsonSchema, type Layer, unionsOf } from './layers.ts';

export type Kind =
  | 'string'
  | 'long'
  | 'decimal'
  | 'boolean'
  | 'object'
  | 'array'
  | 'null'
  | 'union'
  | 'conflict'
  | 'untyped';

/**
 * The kind of value that all layers agree on. A union beside a kind adds nothing to it: the value is of both. Costs a
 * step for each value that is looked at.
 */
export function kindOf(layers: readonly Layer[], budget: Budget): Kind {
  let found: Kind = 'untyped';
  let isUnion = false;
  for (const layer of layers) {
    const kind = kindOfLayer(layer, budget);
    if (kind === 'union') isUnion = true;
    if (kind === 'union' || kind === 'untyped' || kind === found) continue;
    // A value that is both an integer and a number is an integer.
    if (found === 'untyped' || (found === 'decimal' && kind === 'long')) found = kind;
    else if (!(found === 'long' && kind === 'decimal')) return 'conflict';
  }
  return found === 'untyped' && isUnion ? 'union' : found;
}

function kindOfLayer(layer: Layer, budget: Budget): Kind {
  const { schema } = layer;
  const own = kindOfOwn(schema, budget);
  if (own !== 'untyped') return own;
  if (isSchema(schema['properties']) || Array.isArray(schema['required'])) return 'object';
  if (schema['items'] !== undefined || schema['prefixItems'] !== undefined) return 'array';
  return unionsOf(layer).length > 0 ? 'union' : 'untyped';
}

/** By `type`, `const` or `enum`, whichever comes first. */
function kindOfOwn(schema: JsonSchema, budget: Budget): Kind {
  if (schema['type'] !== undefined) return kindOfTypes(schema['type'], budget);
  if (Object.hasOwn(schema, 'const')) return kindOfValues([schema['const']], budget);
  return Array.isArray(schema['enum']) ? kindOfValues(schema['enum'], budget) : 'untyped';
}

function kindOfTypes(type: unknown, budget: Budget): Kind {
  const names: readonly unknown[] = Array.isArray(type) ? type : [type];
  if (!budget.takeSteps(names.length)) return 'conflict';
  const kinds = new Set(names.filter((name) => name !== 'null').map((name) => KINDS.get(name) ?? 'conflict'));
  return kinds.has('conflict') ? 'conflict' : only(kinds);
}

const KINDS: ReadonlyMap<unknown, Kind> = new Map<unknown, Kind>([
  ['string', 'string'],
  ['integer', 'long'],
  ['number', 'decimal'],
  ['boolean', 'boolean'],
  ['object', 'object'],
  ['array', 'array'],
]);

function kindOfValues(values: readonly unknown[], budget: Budget): Kind {
  if (!budget.takeSteps(values.length)) return 'conflict';
  const kinds = new Set<Kind>();
  for (const value of values) {
    if (value === null) continue;
    if (typeof value === 'string') kinds.add('string');
    else if (typeof value === 'boolean') kinds.add('boolean');
    else if (typeof value === 'number') kinds.add(Number.isInteger(value) ? 'long' : 'decimal');
    else return 'union';
  }
  return only(kinds);
}

/** The one kind of several; an integer is a number, and nothing but null is null. */
function only(kinds: ReadonlySet<Kind>): Kind {
  if (kinds.size === 2 && kinds.has('long') && kinds.has('decimal')) return 'decimal';
  const [kind = 'null'] = kinds;
  return kinds.size > 1 ? 'union' : kind;
}
