// What differs from one call of an agent to the next. Policies that read none of it say the same again and again, so that
// what they said can be remembered; for a list, it is what nobody knows yet (DESIGN section 6, "lists that tell the truth").

import type { CedarValueJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { Path } from '../compile/expressions.ts';
import type { CompiledPolicy } from '../compile/types.ts';
import type { CedarRequest } from '../decision.ts';

/** Paths from a variable; `request.ts` leaves exactly these unknown in the request that a list is asked with. */
export const VOLATILE: readonly Path[] = [
  ['context', 'input'],
  ['context', 'meta'],
  ['context', 'inputResponses'],
  ['context', 'now'],
  ['context', 'usage'],
  ['context', 'meter'],
  ['context', 'token', 'ageSeconds'],
];

/** Whether a policy reads any of it, something within it, or something that it is part of. */
export function isVolatile({ reads }: Pick<CompiledPolicy, 'reads'>): boolean {
  return reads.some(({ path }) => VOLATILE.some((other) => touch(path, other)));
}

/** A context without any of it. */
export function withoutVolatile(context: CedarRequest['context']): Record<string, CedarValueJson> {
  return VOLATILE.reduce<Record<string, CedarValueJson>>((left, [, ...path]) => without(left, path), {
    ...context,
  });
}

function without(
  members: Readonly<Record<string, CedarValueJson>>,
  [name = '', ...rest]: Path,
): Record<string, CedarValueJson> {
  const { [name]: value, ...others } = members;
  if (rest.length === 0 || typeof value !== 'object' || value === null || Array.isArray(value)) return others;
  return { ...others, [name]: without(value as Record<string, CedarValueJson>, rest) };
}

/** Whether one path leads to the other, or on from it. */
function touch(one: Path, other: Path): boolean {
  return one.every((name, at) => at >= other.length || name === other[at]);
}
