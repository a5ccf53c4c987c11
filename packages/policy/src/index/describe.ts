// Says in one text what a group of policies can see of a request: requests that it describes alike are decided alike by them.
// An entity's name is part of it only where a policy could ask for it, so that agents and tools share answers
// (DESIGN section 6, "lists that tell the truth").

import type { CedarValueJson, TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import { readerOf } from '../explain.ts';
import { keyOf } from '../scope.ts';
import type { View } from '../view.ts';
import { describeAbove } from './above.ts';
import type { Need, Needs } from './needs.ts';

/** The scopes of the policies are taken to match: of what they name, nothing is said. */
export function describe(view: View, needs: Needs): string {
  const { request, entity } = view;
  const reader = readerOf(view);
  if (needs.everything) return JSON.stringify(request);

  const describeEntity = (uid: TypeAndId, need: Need): unknown => {
    const { attributes, whole, tags } = need;
    const key = keyOf(uid);
    const known = attributes.size > 0 || tags ? entity(key) : undefined;
    return [
      whole ? key : uid.type,
      describeAbove(uid, need, view, reader),
      [...attributes].map(([name, need]) => describeMember(known?.attrs, name, need)),
      ...(tags ? [known?.tags ?? null] : []),
    ];
  };
  const describeMember = (
    members: Readonly<Record<string, CedarValueJson>> | undefined,
    name: string,
    need: Need,
  ): unknown => {
    const value = members !== undefined && Object.hasOwn(members, name) ? members[name] : undefined;
    // Wrapped, so that what is absent is like no value.
    return value === undefined ? null : [describeValue(value, need)];
  };
  const describeValue = (value: CedarValueJson, need: Need): unknown => {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || '__extn' in value)
      return value;
    if ('__entity' in value) return describeEntity(value['__entity'] as TypeAndId, need);
    const parts = [...need.attributes].map(([name, below]) => describeMember(value, name, below));
    return need.whole ? [value, parts] : parts;
  };

  return JSON.stringify([
    describeEntity(request.principal, needs.principal),
    describeEntity(request.action, needs.action),
    describeEntity(request.resource, needs.resource),
    describeValue(request.context, needs.context),
    [...needs.named.values()].map(({ uid, need }) => describeEntity(uid, need)),
  ]);
}
