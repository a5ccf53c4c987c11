// A request with its entities at hand: by key, and with everything above each (DESIGN section 6, "entity slice"). Built once
// for each decision; index, projection and explanation all look at the same one.

import type { EntityJson, TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import type { CedarRequest } from './decision.ts';
import { keyOf, uidOf } from './scope.ts';

/** Entities by key. */
export type Above = ReadonlyMap<string, TypeAndId>;

export interface View {
  readonly request: CedarRequest;
  /** The entity as the request describes it; undefined where it only names it. */
  readonly entity: (key: string) => EntityJson | undefined;
  /** An entity, itself first, and everything above it. */
  readonly upward: (entity: TypeAndId) => Above;
}

/** @throws if the request describes an entity twice: Cedar refuses it, and here one of them would be overlooked. */
export function viewOf(request: CedarRequest): View {
  const entities = new Map<string, EntityJson>();
  for (const entity of request.entities) {
    const key = keyOf(uidOf(entity.uid));
    if (entities.has(key)) throw new Error(`the request describes \`${key}\` twice`);
    entities.set(key, entity);
  }
  const known = new Map<string, Above>();
  return {
    request,
    entity: (key) => entities.get(key),
    upward(entity) {
      const key = keyOf(entity);
      const found = known.get(key);
      if (found !== undefined) return found;
      const above = new Map<string, TypeAndId>([[key, entity]]);
      // A map yields what is added while it is walked.
      for (const at of above.keys()) {
        for (const parent of entities.get(at)?.parents ?? []) {
          const uid = uidOf(parent);
          above.set(keyOf(uid), uid);
        }
      }
      known.set(key, above);
      return above;
    },
  };
}
