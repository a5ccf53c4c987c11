// What differs from one call of an agent to the next. Policies that read none of it say the same again and again, so that
// what they said can be remembered; for a list, it is what nobody knows yet (DESIGN section 6, "lists that tell the truth").

import type { Path } from '../compile/expressions.ts';
import type { CompiledPolicy } from '../compile/types.ts';

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

/** Whether one path leads to the other, or on from it. */
function touch(one: Path, other: Path): boolean {
  return one.every((name, at) => at >= other.length || name === other[at]);
}
