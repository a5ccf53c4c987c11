// Leaves out of a request what no policy of a set reads: the engine's time goes into reading its input, not into
// policies. What is left decides alike; the whole request is what is recorded (DESIGN section 6, "entity slice").

import type { CedarValueJson, EntityJson, TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import type { CompiledPolicy } from './compile/types.ts';
import type { CedarRequest } from './decision.ts';
import { keyOf, uidOf } from './scope.ts';

/** Makes the part of a request that a set can see. */
export type Projection = (request: CedarRequest) => CedarRequest;

/** Members that are read, each with what is read of it; `everything` where the whole is. */
type Wanted = 'everything' | Map<string, Wanted>;

/** What can be above an entity of a type that is itself above others. */
const ABOVE: ReadonlyMap<string, readonly string[]> = new Map([['Server', ['Team']]]);

export function projectionFor(policies: readonly CompiledPolicy[]): Projection {
  let context: Wanted = new Map();
  const attributes = new Set<string>();
  const within = new Set(policies.flatMap((policy) => policy.within));
  for (const { reads } of policies) {
    for (const { path } of reads) {
      const [variable, ...names] = path;
      if (variable === 'context') context = want(context, names);
      // An attribute's name is kept wherever it occurs: a path may cross from context or entity to entity.
      for (const name of names) attributes.add(name);
    }
  }
  const isTested = ({ type }: TypeAndId): boolean =>
    within.has('*') || within.has(type) || (ABOVE.get(type) ?? []).some((above) => within.has(above));
  const projectEntity = (entity: EntityJson): EntityJson => ({
    ...entity,
    attrs: Object.fromEntries(Object.entries(entity.attrs).filter(([name]) => attributes.has(name))),
    parents: entity.parents.filter((parent) => isTested(uidOf(parent))),
  });
  return (request) => {
    const { principal, action, resource } = request;
    const seen = projectRecord(request.context, context);
    const entities = new Map(request.entities.map((entity) => [keyOf(uidOf(entity.uid)), entity]));
    return {
      principal,
      action,
      resource,
      context: seen,
      entities: reachable([principal, action, resource], seen, entities, projectEntity),
    };
  };
}

/** The entities that a policy can come to, from the request's own and from what is left of its context. */
function reachable(
  start: readonly TypeAndId[],
  context: Readonly<Record<string, CedarValueJson>>,
  entities: ReadonlyMap<string, EntityJson>,
  project: (entity: EntityJson) => EntityJson,
): EntityJson[] {
  const found = new Map<string, EntityJson>();
  const waiting = [...start];
  collectRefs(context, waiting);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const key = keyOf(next);
    const whole = entities.get(key);
    if (whole === undefined || found.has(key)) continue;
    const entity = project(whole);
    found.set(key, entity);
    waiting.push(...entity.parents.map(uidOf));
    collectRefs(entity.attrs, waiting);
  }
  return [...found.values()].filter(isSubstantial);
}

function collectRefs(value: CedarValueJson, into: TypeAndId[]): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) for (const part of value) collectRefs(part, into);
  else if ('__entity' in value) into.push(value['__entity'] as TypeAndId);
  else if (!('__extn' in value)) for (const part of Object.values(value)) collectRefs(part, into);
}

function want(wanted: Wanted, [name, ...rest]: readonly string[]): Wanted {
  if (wanted === 'everything' || name === undefined) return 'everything';
  return wanted.set(name, want(wanted.get(name) ?? new Map(), rest));
}

function projectRecord(
  record: Readonly<Record<string, CedarValueJson>>,
  wanted: Wanted,
): Readonly<Record<string, CedarValueJson>> {
  if (wanted === 'everything') return record;
  const kept = Object.create(null) as Record<string, CedarValueJson>;
  for (const [name, of] of wanted) {
    const value = Object.hasOwn(record, name) ? record[name] : undefined;
    if (value !== undefined) kept[name] = isPlainRecord(value) ? projectRecord(value, of) : value;
  }
  return kept;
}

function isPlainRecord(value: CedarValueJson): value is Record<string, CedarValueJson> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !('__entity' in value) &&
    !('__extn' in value)
  );
}

/** An entity with nothing to it is like one that is not there: no policy reads an attribute of it. */
function isSubstantial({ attrs, parents, tags }: EntityJson): boolean {
  return Object.keys(attrs).length > 0 || parents.length > 0 || Object.keys(tags ?? {}).length > 0;
}
