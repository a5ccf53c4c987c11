import { expect, test } from 'vitest';
import type { ListedPolicy } from './listed.ts';
import { useOf } from './use.ts';

const policy = (id: string, kind: ListedPolicy['kind'] = 'permit'): ListedPolicy => ({
  id,
  kind,
  description: null,
  file: 'a.cedar',
  line: 1,
  from: 0,
  to: 1,
});
const standings = { ok: 0, failed: 0, denied: 0, held: 0, open: 0, unknown: 0, ended: 0 };
const tally = (value: string, calls: number) => ({
  value,
  calls,
  newestAt: '2026-01-01T00:00:00.000Z',
  ...standings,
});
const SET = [policy('a'), policy('b'), policy('t', 'template'), policy('c')];

test('what decided most comes first, and what decided nothing is counted', () => {
  const { rows, unused } = useOf(SET, {
    distinct: 3,
    values: [tally('c', 9), tally('b', 2), tally('old', 1)],
  });
  expect(rows.map((row) => [row.policy.id, row.tally?.calls ?? null])).toEqual([
    ['c', 9],
    ['b', 2],
    ['a', null],
  ]);
  expect(unused).toBe(1);
});

test('where not all policies were counted, none is said to have decided nothing', () => {
  expect(useOf(SET, { distinct: 300, values: [tally('c', 9)] }).unused).toBeNull();
});
