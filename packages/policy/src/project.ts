// Leaves out of a request what a group of policies cannot see: the engine's time goes into reading its input, not into
// policies. What is left decides alike; the whole request is what is recorded (DESIGN section 6, "entity slice").

import type { CedarValueJson, EntityJson, TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import { readerOf } from './explain.ts';
import { testedAbove } from './index/above.ts';
import type { Need } from './index/needs.ts';
import type { Slice } from './index/slice.ts';
import { withoutVolatile } from './index/volatile.ts';
import { keyOf } from './scope.ts';
import type { View } from './view.ts';

type Members = Record<string, CedarValueJson>;

/** The part of a request that stands besides principal, action and resource. */
export interface Shown {
  readonly context: Record<string, CedarValueJson>;
  readonly entities: EntityJson[];
}

/** Makes the part of a request that a slice comes to. */
export function project(view: View, { needs, isVolatile }: Pick<Slice, 'needs' | 'isVolatile'>): Shown {
  const { request, entity } = view;
  const reader = readerOf(view);
  if (needs.everything) {
    // In the request that a list is asked with, what is volatile is unknown, and only a partial evaluation takes that.
    const context = isVolatile ? { ...request.context } : withoutVolatile(request.context);
    return { context, entities: [...request.entities] };
  }
  const shown = new Map<string, EntityJson>();

  const showEntity = (uid: TypeAndId, need: Need): void => {
    const { attributes, tags } = need;
    const tested = testedAbove(uid, need, view, reader);
    const key = keyOf(uid);
    tested.delete(key);
    if (attributes.length === 0 && !tags && tested.size === 0) return;
    const whole = entity(uid);
    if (whole === undefined) return;
    const before = shown.get(key);
    const attrs: Members = before?.attrs ?? {};
    // What is above it is shown flat: nothing can ask by which way it is there.
    for (const parent of before?.parents ?? []) tested.delete(keyOf(parent as TypeAndId));
    shown.set(key, {
      uid,
      attrs,
      parents: [...(before?.parents ?? []), ...tested.values()],
      ...((tags || before?.tags !== undefined) && whole.tags !== undefined ? { tags: whole.tags } : {}),
    });
    for (const [name, need] of attributes) {
      const value = valueOf(whole.attrs, name);
      if (value === undefined) continue;
      // A record is shown as it is: another way to the same entity may read another part of it.
      put(attrs, name, value);
      show(value, need);
    }
  };
  const show = (value: CedarValueJson, need: Need): CedarValueJson => {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || '__extn' in value)
      return value;
    if ('__entity' in value) {
      showEntity(value['__entity'] as TypeAndId, need);
      return value;
    }
    const part: Members = {};
    for (const [name, below] of need.attributes) {
      const member = valueOf(value, name);
      if (member !== undefined) put(part, name, show(member, below));
    }
    return need.whole ? value : part;
  };

  const { principal, action, resource, context } = request;
  showEntity(principal, needs.principal);
  showEntity(action, needs.action);
  showEntity(resource, needs.resource);
  for (const { uid, need } of needs.named) showEntity(uid, need);
  return { context: show(context, needs.context) as Members, entities: [...shown.values()] };
}

// SECURITY: names are the tool author's; `__proto__` must be an attribute like any other. (An object without a prototype
// would take that name, too, and twice the time to be written as JSON.)
function put(members: Members, name: string, value: CedarValueJson): void {
  if (name === '__proto__') Object.defineProperty(members, name, { value, enumerable: true });
  else members[name] = value;
}

function valueOf(members: Readonly<Members>, name: string): CedarValueJson | undefined {
  return Object.hasOwn(members, name) ? members[name] : undefined;
}
