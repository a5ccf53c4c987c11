// A key that is named again: two ways of saying so mean two things, and what may be either is refused.
import { EACH, type Key, TIMES } from './keys.ts';
import type { Part } from './parts.ts';
import type { Clause, Place } from './types.ts';

export interface Naming {
  readonly key: Key;
  /** Whether several of its values were named at once. */
  readonly isList: boolean;
}

/** What is wrong with naming a key again; null where nothing is. Remembers what is named. */
export function repeated(
  clauses: readonly Clause[],
  named: Naming[],
  part: Part,
  place: Place,
): string | null {
  const [first] = clauses;
  if (first === undefined || first.how !== 'wanted' || first.tests.length > 1) return null;
  const [{ key, value }] = first.tests;
  const before = named.filter((naming) => naming.key === key);
  const isList = clauses.length > 1;
  const [{ name }] = part.tests;
  if (name === 'where' || part.sign === '&' || (EACH.has(key) && (key !== 'text' || name === null)))
    return null;
  named.push({ key, isList });
  if (before.length === 0) return null;
  if (TIMES.has(key)) return `${key} is said once`;
  const again = `&${key}:${JSON.stringify(value)}`;
  if (key === 'text')
    return `text: is named again: write words without it where all of them are wanted, text:a|text:b for either`;
  if (place === 'where')
    return `${key} is named again: write ${key}:a|${key}:b for either, ${again} for both at once`;
  return isList || before.some((naming) => naming.isList)
    ? `${key} is named again beside a list: put all of its values into one list with |, or write ${again} for what has to hold as well`
    : null;
}
