// Says in one text what a slice's policies can see of a request: requests that it describes alike are decided alike by them.
// An entity's name is part of it only where a policy could ask for it, so that agents and tools share answers
// (DESIGN section 6, "lists that tell the truth").

import type { CedarValueJson, TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import { readerOf } from '../explain.ts';
import { keyOf } from '../scope.ts';
import type { View } from '../view.ts';
import { describeAbove } from './above.ts';
import type { Need } from './needs.ts';
import type { Slice } from './slice.ts';
import { withoutVolatile } from './volatile.ts';

/** What follows in the list: it could be read back, so that no two requests have the same text by chance. */
const ABSENT = 0;
const VALUE = 1;
const ENTITY = 2;
const RECORD = 3;

/** The scopes of the policies are taken to match: of what they name, nothing is said. */
export function describe(view: View, { needs, isVolatile }: Pick<Slice, 'needs' | 'isVolatile'>): string {
  const { request, entity } = view;
  if (needs.everything) {
    const context = isVolatile ? request.context : withoutVolatile(request.context);
    return JSON.stringify({ ...request, context });
  }
  const reader = readerOf(view);
  const said: unknown[] = [];

  const describeEntity = (uid: TypeAndId, need: Need): void => {
    const { attributes, whole, tags } = need;
    said.push(ENTITY, whole ? keyOf(uid) : uid.type);
    describeAbove(uid, need, view, reader, said);
    const known = attributes.length > 0 || tags ? entity(uid) : undefined;
    describeMembers(known?.attrs, attributes);
    if (tags) said.push(known?.tags ?? ABSENT);
  };
  const describeMembers = (
    members: Readonly<Record<string, CedarValueJson>> | undefined,
    attributes: Need['attributes'],
  ): void => {
    for (const [name, need] of attributes) {
      const value = members !== undefined && Object.hasOwn(members, name) ? members[name] : undefined;
      if (value === undefined) said.push(ABSENT);
      else describeValue(value, need);
    }
  };
  const describeValue = (value: CedarValueJson, need: Need): void => {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || '__extn' in value)
      said.push(VALUE, value);
    else if ('__entity' in value) describeEntity(value['__entity'] as TypeAndId, need);
    else {
      said.push(RECORD);
      if (need.whole) said.push(value);
      describeMembers(value, need.attributes);
    }
  };

  describeEntity(request.principal, needs.principal);
  describeEntity(request.action, needs.action);
  describeEntity(request.resource, needs.resource);
  describeValue(request.context, needs.context);
  for (const { uid, need } of needs.named) describeEntity(uid, need);
  return JSON.stringify(said);
}
