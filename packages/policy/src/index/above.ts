// What policies can see of what is above an entity: only whether it is in what they test for.

import type { CedarValueJson, TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import type { Reader } from '../explain.ts';
import { keyOf } from '../scope.ts';
import type { Above, View } from '../view.ts';
import type { Need } from './needs.ts';

/** Of an entity and all that is above it, those that are tested for. */
export function testedAbove(
  uid: TypeAndId,
  { scopes, within, withinValues }: Need,
  view: View,
  reader: Reader,
): Map<string, TypeAndId> {
  const tested = new Map<string, TypeAndId>();
  if (scopes.length + within.length + withinValues.length === 0) return tested;
  const values =
    withinValues === 'anything' ? null : new Set(withinValues.flatMap((path) => keysIn(reader.value(path))));
  for (const [key, above] of view.upward(uid)) {
    if (values === null || within.includes(key) || scopes.includes(key) || values.has(key))
      tested.set(key, above);
  }
  return tested;
}

/** Adds how the tests come out, in their order; all that is above it, where they could not be followed. */
export function describeAbove(
  uid: TypeAndId,
  { within, withinValues }: Need,
  view: View,
  reader: Reader,
  said: unknown[],
): void {
  if (within.length === 0 && withinValues.length === 0) return;
  const above = view.upward(uid);
  if (withinValues === 'anything') {
    said.push([...above.keys()]);
    return;
  }
  for (const key of within) said.push(Number(above.has(key)));
  for (const path of withinValues) said.push(Number(holdsAny(above, reader.value(path))));
}

function holdsAny(above: Above, value: CedarValueJson | undefined): boolean {
  return keysIn(value).some((key) => above.has(key));
}

/** Keys of the entities that a value is, or is a set of. */
function keysIn(value: CedarValueJson | undefined): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(keysIn);
  return '__entity' in value ? [keyOf(value['__entity'] as TypeAndId)] : [];
}
