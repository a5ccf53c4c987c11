// Whether something at hand meets conditions: a row of the index, or a call made of one. The same comparisons that searching
// makes. Free of Node: the console holds calls that come live against its query with it.
import type { Cells } from './call-tests.ts';
import { columnsOfConditions, type Condition, meets } from './conditions.ts';

export { conditionsAsked } from './conditions.ts';

type Cell = Cells[number];

export const isMetByRow = (
  conditions: readonly Condition[],
  row: Readonly<Record<string, unknown>>,
): boolean =>
  meets(
    conditions,
    columnsOfConditions(conditions).map((column) => cellOf(row[column])),
  );

/** `call` as in `rowOfCall`. */
export const isMetBy = (conditions: readonly Condition[], call: object): boolean =>
  isMetByRow(conditions, rowOfCall(call, columnsOfConditions(conditions)));

/** A call as the index has it, of these columns. `call`: members named as those are, in camel case; what is many as lists. */
export function rowOfCall(call: object, columns: readonly string[]): Readonly<Record<string, Cell>> {
  const members: Readonly<Record<string, unknown>> = { ...call };
  const cells = columns.map((column) => {
    const value = members[column.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())];
    return [column, Array.isArray(value) ? JSON.stringify(value) : cellOf(value)] as const;
  });
  return Object.fromEntries(cells);
}

const cellOf = (value: unknown): Cell =>
  typeof value === 'string' || typeof value === 'number' ? value : null;
