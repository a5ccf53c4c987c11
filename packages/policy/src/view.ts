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
  readonly entity: (uid: TypeAndId) => EntityJson | undefined;
  /** An entity, itself first, and everything above it. */
  readonly upward: (entity: TypeAndId) => Above;
}

/** @throws if the request describes an entity twice: Cedar refuses it, and here one of them would be overlooked. */
export function viewOf(request: CedarRequest): View {
  // By type, then by id: these texts are there already, and a key for each would have to be made.
  const entities = new Map<string, Map<string, EntityJson>>();
  for (const entity of request.entities) {
    const { type, id } = uidOf(entity.uid);
    const ofType = entities.get(type) ?? new Map<string, EntityJson>();
    if (ofType.has(id)) throw new Error(`the request describes \`${keyOf({ type, id })}\` twice`);
    entities.set(type, ofType.set(id, entity));
  }
  const entity: View['entity'] = ({ type, id }) => entities.get(type)?.get(id);
  const known = new Map<TypeAndId, Above>();
  return {
    request,
    entity,
    upward(start) {
      const found = known.get(start);
      if (found !== undefined) return found;
      const above = new Map<string, TypeAndId>([[keyOf(start), start]]);
      // A map yields what is added while it is walked.
      for (const uid of above.values()) {
        for (const parent of entity(uid)?.parents ?? []) {
          const next = uidOf(parent);
          above.set(keyOf(next), next);
        }
      }
      known.set(start, above);
      return above;
    },
  };
}
