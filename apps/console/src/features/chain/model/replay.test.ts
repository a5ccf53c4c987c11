import { expect, test } from 'vitest';
import { inOrder, labelsAfter, labelsOf, newLabels, placeOf, readChainSearch } from './replay.ts';

const hop = (
  id: string,
  firstIndex: number,
  endedIndex: number | null,
  carried: string[],
  brought: string[] = [],
) => ({
  call: { id, firstIndex, endedIndex, labels: [...carried, ...brought] },
  carried,
});
/** `a` asks `b`, which reads twice before it answers. */
const hops = inOrder([
  hop('c', 30, 31, ['pii']),
  hop('a', 10, 50, [], ['pii']),
  hop('b', 20, 21, []),
  hop('d', 40, 41, ['pii', 'financial']),
]);

test('calls are replayed in the order in which they came', () => {
  expect(hops.map(({ call }) => call.id)).toEqual(['a', 'b', 'c', 'd']);
});

test('a label spreads from the call that carried it, and reaches the first caller only with its answer', () => {
  expect([1, 2, 3, 4].map((at) => labelsAfter(hops, at))).toEqual([[], [], ['pii'], ['pii', 'financial']]);
  expect([1, 2, 3, 4].map((at) => newLabels(hops, at))).toEqual([[], [], ['pii'], ['financial']]);
  expect([1, 3, 4].map((at) => labelsOf(hops, 1, at))).toEqual([[], [], ['pii']]);
});

test('a call that comes later, or never, has none yet', () => {
  expect(labelsOf(hops, 3, 2)).toEqual([]);
  expect(labelsOf(hops, 9, 4)).toEqual([]);
});

test('an address beyond the chain shows the whole of it', () => {
  expect(placeOf(readChainSearch({ at: 2 }), 3)).toBe(2);
  expect(placeOf(readChainSearch({ at: 9 }), 3)).toBe(3);
  expect(placeOf({}, 3)).toBe(3);
  expect([{ at: 0 }, { at: '2' }, { at: 1.5 }, { at: -1 }].map(readChainSearch)).toEqual([{}, {}, {}, {}]);
});
