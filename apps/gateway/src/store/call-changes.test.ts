import { expect, test } from 'vitest';
import { changeOf, FORMS, nameChange, placeChange } from './call-changes.ts';
import { readColumns } from './sqlite/writer/columns.ts';
import { createTestDatabase } from './sqlite/testing/database.ts';

test('forms name columns of calls, each once, and a first decision all that are not null by themselves', () => {
  const database = createTestDatabase();
  const { columns } = readColumns(database.db).calls;
  database.remove();
  for (const { columns: given, where } of Object.values(FORMS)) {
    for (const name of [...given, ...where]) expect(columns).toContain(name);
    expect(new Set(given).size).toBe(given.length);
  }
  for (const { columns: given } of [FORMS.decided, FORMS.denied])
    expect(new Set(['seq', ...given])).toEqual(columns);
});

test('a change is given the index and the time of its entry, and says them by name', () => {
  const change = changeOf('retried', { outcome: 'retried', state: 'completed' }, ['apr_1', 'held']);
  const placed = placeChange(change, { index: 7, time: 1_700_000_000_123_456 });
  expect(nameChange(placed)).toEqual({
    set: { state: 'completed', outcome: 'retried', ended_index: 7, ended_at: 1_700_000_000_123 },
    where: { approval: 'apr_1', state: 'held' },
  });
});

test('only what begins a call inserts it, and what it began with stays', () => {
  expect(Object.entries(FORMS).flatMap(([name, { does }]) => (does === 'put' ? [name] : []))).toEqual([
    'decided',
    'denied',
  ]);
  for (const { does, kept, where } of Object.values(FORMS)) {
    expect(kept).toEqual(does === 'put' ? ['first_index', 'started_at'] : []);
    expect(where).toHaveLength(does === 'put' ? 0 : 2);
  }
});
