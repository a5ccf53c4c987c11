// Which part of what somebody applies takes effect at once, and which waits for other people. What moves nothing, and
// what only takes away, never waits (DESIGN section 6): a quarantine is in force when the answer comes. Pure.
import type { Plan } from '../apply.ts';
import { keyOfObject, type Objects, type StoredObject } from '../objects.ts';
import type { Manifest } from '../schema.ts';
import { changedFields } from './difference.ts';
import { movesOf, onlyTakesAway } from './fields.ts';

interface Staged {
  /** Null where nothing of it takes effect at once. */
  readonly atOnce: Manifest | null;
  /** Null where nothing of it waits; else all of it, as it was applied. */
  readonly reviewed: Manifest | null;
}

export interface Stages {
  readonly atOnce: readonly Manifest[];
  readonly reviewed: readonly Manifest[];
}

/**
 * @param isWhole whether manifests may be applied by themselves. What depends on something that waits, waits with it,
 *   save an agent that is stopped, which nothing can stand against.
 */
export function stagesOf(
  current: Objects,
  { applied, objects }: Plan,
  isWhole: (manifests: readonly Manifest[]) => boolean,
): Stages {
  const pairs = applied.flatMap(({ kind, name }) => {
    const key = keyOfObject(kind, name);
    const after = objects.get(key)?.manifest;
    return after === undefined ? [] : [{ before: current.get(key), after }];
  });
  for (const isFree of [movesNothingMore, onlyStops]) {
    const staged = pairs.map(({ before, after }) => stage(before, after, isFree));
    const atOnce = staged.flatMap((one) => one.atOnce ?? []);
    if (atOnce.length === 0 || isWhole(atOnce))
      return { atOnce, reviewed: staged.flatMap((one) => one.reviewed ?? []) };
  }
  return { atOnce: [], reviewed: pairs.map(({ after }) => after) };
}

/** Whether a field may change before anybody agreed. */
type IsFree = (field: ChangedField) => boolean;

interface ChangedField {
  readonly kind: Manifest['kind'];
  readonly name: string;
  readonly before: unknown;
  readonly after: unknown;
  /** Whether the object is there already: only then can anything be taken away from it. */
  readonly isKnown: boolean;
}

const movesNothingMore: IsFree = ({ kind, name, before, after, isKnown }) =>
  movesOf(kind, name).length === 0 || (isKnown && onlyTakesAway(kind, name, before, after));

const onlyStops: IsFree = (field) =>
  field.kind === 'Agent' && field.name === 'status' && movesNothingMore(field);

function stage(object: StoredObject | undefined, after: Manifest, isFree: IsFree): Staged {
  const before = object?.manifest;
  const was: Members = before?.spec ?? {};
  const is: Members = after.spec;
  const changed = changedFields(before, after);
  const free = changed.filter((name) =>
    isFree({ kind: after.kind, name, before: was[name], after: is[name], isKnown: before !== undefined }),
  );
  if (free.length === changed.length) return { atOnce: after, reviewed: null };
  if (before === undefined || free.length === 0) return { atOnce: null, reviewed: after };
  const spec = { ...was, ...Object.fromEntries(free.map((name) => [name, is[name]])) };
  return { atOnce: { ...before, spec } as Manifest, reviewed: after };
}

type Members = Readonly<Record<string, unknown>>;
