// The nodes of Cedar's JSON form: an expression is an object whose one member is named like its operator, and an entity is named by
// its type and id.

import type { TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';

export type Node = Readonly<Record<string, unknown>>;

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The entity that a value refers to; null for any other value. */
export function entityIn(value: unknown): TypeAndId | null {
  const uid = isNode(value) ? value['__entity'] : undefined;
  return isUid(uid) ? uid : null;
}

function isUid(value: unknown): value is TypeAndId {
  return isNode(value) && typeof value['type'] === 'string' && typeof value['id'] === 'string';
}
