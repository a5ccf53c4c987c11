import { expect, test } from 'vitest';
import { rowAfterKey } from './roving.ts';

const ids = ['a', 'b', 'c'];

test.each([
  ['j', 'a', 'b'],
  ['ArrowDown', 'b', 'c'],
  ['k', 'c', 'b'],
  ['ArrowUp', 'b', 'a'],
  ['Home', 'c', 'a'],
  ['End', 'a', 'c'],
  ['j', null, 'a'],
  ['j', 'gone', 'a'],
])('%s leads from %s to %s', (key, from, to) => {
  expect(rowAfterKey(ids, from, key)).toBe(to);
});

test.each([
  ['j', 'c'],
  ['k', 'a'],
  ['Home', 'a'],
  ['End', 'c'],
  ['x', 'b'],
  ['Enter', 'b'],
])('%s leads nowhere from %s', (key, from) => {
  expect(rowAfterKey(ids, from, key)).toBeNull();
});

test('leads nowhere without rows', () => {
  expect(rowAfterKey([], null, 'j')).toBeNull();
  expect(rowAfterKey([], null, 'End')).toBeNull();
});
