import { expect, test } from 'vitest';
import { chainTree, type TreeCall } from './chain-tree.ts';

const call = (id: string, parent: string | null, decidedIndex: number): TreeCall => ({
  id,
  parent,
  decidedIndex,
});
const told = (calls: readonly TreeCall[]): string[] =>
  chainTree(calls).map(({ level, call: { id } }) => `${level}:${id}`);

test('children stand under their parent, in order of the log', () => {
  const calls = [call('c', 'a', 4), call('a', null, 1), call('d', 'b', 3), call('b', 'a', 2)];
  expect(told(calls)).toEqual(['0:a', '1:b', '2:d', '1:c']);
});

test('a call whose parent is not there is not lost', () => {
  expect(told([call('a', null, 1), call('x', 'gone', 2)])).toEqual(['0:a', '0:x']);
});

test('calls that name themselves or each other as parents are not lost', () => {
  expect(told([call('a', 'a', 1), call('b', 'c', 2), call('c', 'b', 3)])).toEqual(['0:a', '0:b', '1:c']);
});

test('a chain ten thousand deep is no deeper for the code', () => {
  const calls = Array.from({ length: 10_000 }, (_, i) => call(`c${i}`, i === 0 ? null : `c${i - 1}`, i));
  expect(told(calls).at(-1)).toBe('9999:c9999');
});
