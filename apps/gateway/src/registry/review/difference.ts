// What differs between two versions of a registered object, field by field, as reviewers read it. Pure.
import type { Json } from '../../changes/types.ts';
import { canonicalText } from '../objects.ts';
import type { Manifest } from '../schema.ts';
import { movesOf, type Moves } from './fields.ts';

export interface FieldDifference {
  /** Dotted, below `spec`: `risk`, `tools.pay.openWorld`. */
  readonly field: string;
  /** Null where it is absent. */
  readonly before: Json;
  readonly after: Json;
  readonly moves: readonly Moves[];
}

type Members = Readonly<Record<string, unknown>>;

/** Fields of the specification that differ, by their own names. */
export function changedFields(before: Manifest | undefined, after: Manifest | undefined): readonly string[] {
  const [was, is] = [specOf(before), specOf(after)];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].filter(
    (field) => !isSame(was[field], is[field]),
  );
}

export function differences(
  before: Manifest | undefined,
  after: Manifest | undefined,
): readonly FieldDifference[] {
  const kind = (after ?? before)?.kind;
  if (kind === undefined) return [];
  const [was, is] = [specOf(before), specOf(after)];
  return changedFields(before, after).flatMap((field) =>
    leaves(field, was[field], is[field]).map((leaf) => ({ ...leaf, moves: movesOf(kind, field) })),
  );
}

/** Maps are looked into, lists are not: an item has no name to be told by. */
function leaves(field: string, before: unknown, after: unknown): readonly Omit<FieldDifference, 'moves'>[] {
  if (isSame(before, after)) return [];
  if (!isMap(before) || !isMap(after)) return [{ field, before: asJson(before), after: asJson(after) }];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name) => leaves(`${field}.${name}`, before[name], after[name]));
}

function specOf(manifest: Manifest | undefined): Members {
  return manifest?.spec ?? {};
}

function isMap(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSame(a: unknown, b: unknown): boolean {
  return canonicalText(a) === canonicalText(b);
}

function asJson(value: unknown): Json {
  return value === undefined ? null : (JSON.parse(JSON.stringify(value)) as Json);
}
