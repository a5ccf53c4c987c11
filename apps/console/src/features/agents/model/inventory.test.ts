import { expect, test } from 'vitest';
import { found, type InventoryRow } from './inventory.ts';
import { readAgentsSearch } from './search.ts';

const row = (name: string, team: string, status: 'active' | 'quarantined', isDormant = false) =>
  ({
    agent: {
      name,
      team,
      status,
      purpose: 'Works',
      environment: 'production',
      owner: { name: 'olive', email: 'olive@example.com' },
    },
    isDormant,
  }) as InventoryRow;

const rows = [
  row('clerk', 'billing', 'active'),
  row('night', 'ops', 'quarantined'),
  row('old', 'ops', 'active', true),
];
const names = (search: Parameters<typeof found>[1]) => found(rows, search).map(({ agent }) => agent.name);

test('every word is looked for, in whatever says something of an agent', () => {
  expect(names({ find: 'OPS olive' })).toEqual(['night', 'old']);
  expect(names({ find: 'clerk ops' })).toEqual([]);
  expect(names({})).toHaveLength(3);
});

test('only those that stand so are found', () => {
  expect(names({ only: 'quarantined' })).toEqual(['night']);
  expect(names({ only: 'dormant' })).toEqual(['old']);
});

test('what an address says that means nothing is dropped', () => {
  expect(readAgentsSearch({ find: 7, only: 'dormant', form: 'new' })).toEqual({
    find: '7',
    only: 'dormant',
    form: 'new',
  });
  expect(readAgentsSearch({ find: '', only: 'x', form: true })).toEqual({});
});
