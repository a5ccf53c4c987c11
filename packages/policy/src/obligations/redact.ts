// The Cedar request of a call as it may be stored: without the values that are not to be stored, each replaced by a mark
// that says so, so that a replay knows what it cannot know (DESIGN section 6). Pure.
import type { CedarValueJson, EntityJson, TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import type { Path } from '../compile/expressions.ts';
import type { CedarRequest, PolicyRead } from '../decision.ts';
import type { ObligationPath, PathStep } from './paths.ts';

/** Stands where a value was that is not stored. */
export const REDACTED = { countersign: 'redacted' } as const;
const REDACTED_JSON = JSON.stringify(REDACTED);

type RecordJson = Readonly<Record<string, CedarValueJson>>;

/**
 * @param paths below `input`; their values are replaced in `context.input`.
 * @param repeats whether a text elsewhere in the caller's own words repeats a redacted value.
 */
export function redactRequest(
  request: CedarRequest,
  paths: readonly ObligationPath[],
  repeats: (text: string) => boolean,
): CedarRequest {
  const { input, ...rest } = request.context;
  const context =
    input === undefined
      ? request.context
      : {
          ...rest,
          input: withoutRepeats(
            paths.reduce((value, { steps }) => redactAt(value, steps), input),
            repeats,
          ),
        };
  return { ...request, context, entities: request.entities.map((entity) => redactMembers(entity, repeats)) };
}

/** Paths of what `redactRequest` replaced: a policy that read one of them decided on a value that is not stored. */
export function redactedPaths({ context, entities }: CedarRequest): Path[] {
  const members = entities.filter(isMembers);
  return [
    ...marksIn(context, ['context']),
    ...members
      .filter(({ tags }) => marksIn(tags ?? {}, []).length > 0)
      .map(({ uid }) => ['context', (uid as TypeAndId).id]),
  ];
}

/** What a policy read, as it may be stored beside `request`. */
export function redactReads(reads: readonly PolicyRead[], redacted: readonly Path[]): PolicyRead[] {
  const texts = redacted.map(textOfPath);
  return reads.map((read) => {
    const isTouched = texts.some((text) => isWithin(read.path, text) || isWithin(text, read.path));
    return isTouched && read.value !== undefined ? { path: read.path, value: REDACTED } : read;
  });
}

/** A path as an explanation writes it. */
function textOfPath(path: Path): string {
  return path
    .map((name, at) => {
      if (at === 0) return name;
      return /^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
    })
    .join('');
}

function isWithin(path: string, outer: string): boolean {
  return path.startsWith(outer) && (path.length === outer.length || '.['.includes(path.charAt(outer.length)));
}

/** Where a value has not the form that the path expects, all of it goes: what is there was not foreseen. */
function redactAt(value: CedarValueJson, [step, ...rest]: readonly PathStep[]): CedarValueJson {
  if (step === undefined || value === null) return REDACTED;
  if (step.kind === 'items')
    return Array.isArray(value) ? value.map((item) => redactAt(item, rest)) : REDACTED;
  if (!isRecord(value)) return REDACTED;
  const names = step.kind === 'members' ? Object.keys(value) : [step.name];
  const changed = Object.create(null) as Record<string, CedarValueJson>;
  for (const [name, member] of Object.entries(value)) {
    changed[name] = names.includes(name) ? redactAt(member, rest) : member;
  }
  return changed;
}

function withoutRepeats(value: CedarValueJson, repeats: (text: string) => boolean): CedarValueJson {
  if (Array.isArray(value)) return value.map((item) => withoutRepeats(item, repeats));
  if (isRecord(value)) {
    if (JSON.stringify(value) === REDACTED_JSON) return value;
    const changed = Object.create(null) as Record<string, CedarValueJson>;
    for (const [name, member] of Object.entries(value)) changed[name] = withoutRepeats(member, repeats);
    return changed;
  }
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return repeats(text) ? REDACTED : value;
}

/** What the caller sent without a schema stands in the tags of entities (`members.ts`). */
function redactMembers(entity: EntityJson, repeats: (text: string) => boolean): EntityJson {
  if (!isMembers(entity)) return entity;
  const names = Array.isArray(entity.attrs['names']) ? entity.attrs['names'] : [];
  const attrs = {
    ...entity.attrs,
    names: names.filter((name) => typeof name === 'string' && !repeats(name)),
  };
  const tags = Object.fromEntries(
    Object.entries(entity.tags ?? {}).flatMap(([name, value]) =>
      repeats(name) ? [] : [[name, withoutRepeats(value, repeats)]],
    ),
  );
  return { ...entity, attrs, tags };
}

function isMembers({ uid }: EntityJson): boolean {
  return (uid as TypeAndId).type === 'Members';
}

function marksIn(value: CedarValueJson, path: Path): Path[] {
  if (Array.isArray(value)) return value.some((item) => marksIn(item, path).length > 0) ? [path] : [];
  if (typeof value !== 'object' || value === null) return [];
  if (JSON.stringify(value) === REDACTED_JSON) return [path];
  return Object.entries(value).flatMap(([name, member]) => marksIn(member, [...path, name]));
}

/** A record, not an entity or an extension value, which the engine writes as records of its own. */
function isRecord(value: CedarValueJson): value is RecordJson {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !('__entity' in value) &&
    !('__extn' in value)
  );
}
