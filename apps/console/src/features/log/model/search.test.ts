import { expect, test } from 'vitest';
import { kindIn } from './kinds.ts';
import { readEntriesSearch } from './search.ts';

test('an address says which kind is listed, and nothing else counts', () => {
  expect(readEntriesSearch({ kind: 'admin.action', x: 1 })).toEqual({ kind: 'admin.action' });
  for (const kind of [undefined, 7, ['a'], '', 'A B', 'x'.repeat(41)])
    expect(readEntriesSearch({ kind })).toEqual({});
});

test('only kinds that the log has are asked for', () => {
  expect([kindIn('admin.action'), kindIn('made.up'), kindIn('')]).toEqual([
    'admin.action',
    undefined,
    undefined,
  ]);
});
