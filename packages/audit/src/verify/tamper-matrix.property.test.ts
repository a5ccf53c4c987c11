// What of all that can be done to a log is found, and what a report says where nothing can be. The table is the oracle: each of
// its rows is held to drawn logs, with every kind of evidence that an auditor may hold.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { KEY_HOLDER } from './tamper/key-holder.ts';
import { honestProblem, rowProblem } from './tamper/matrix.ts';
import { STORE_WRITER } from './tamper/store-writer.ts';
import { ROWS, TABLE } from './tamper/table.ts';

const RUNS = 20;

test.each(ROWS.map((row) => [`${row.deed} (${row.by})`, row] as const))('%s', async (_, row) => {
  const problem = await rowProblem(row, RUNS);
  expect(problem, problem ?? '').toBeNull();
});

test('a log that nothing was done to is consistent, whatever the auditor holds', async () => {
  expect(await honestProblem(2 * RUNS)).toBeNull();
});

test('docs/threat-model.md has this table', () => {
  const document = readFileSync(new URL('../../../../docs/threat-model.md', import.meta.url), 'utf8');
  expect(document.includes(TABLE)).toBe(true);
});

test('the table has a row for everything that the adversaries can do', () => {
  const rows = (by: string): string[] => ROWS.filter((row) => row.by === by).map(({ deed }) => deed);
  expect(rows('store').toSorted()).toEqual(Object.keys(STORE_WRITER).toSorted());
  expect(rows('keys').toSorted()).toEqual(Object.keys(KEY_HOLDER).toSorted());
});
