import { expect, test } from 'vitest';
import { byRisk, type Decision, type Group, matrixOf, movesOf, notReplayedOf, riskOf } from './matrix.ts';

const group = (agent: string, from: Decision, to: Decision, count: number): Group => ({
  agent,
  target: 's/t',
  from,
  to,
  count,
  alreadyLive: 0,
  calls: [],
  examples: [],
});

const groups = [
  group('a', 'allow', 'deny', 9),
  group('b', 'deny', 'hold', 5),
  group('c', 'deny', 'allow', 1),
  group('d', 'hold', 'allow', 2),
  group('e', 'deny', 'allow', 3),
];

test('every decision stands once in the matrix, what stayed as it was on its diagonal', () => {
  const rows = matrixOf({ groups, unchangedAs: { allow: 7, hold: 0, deny: 4 } });
  expect(rows.map(({ from, total, cells }) => [from, total, ...cells.map(({ count }) => count)])).toEqual([
    ['allow', 16, 7, 0, 9],
    ['hold', 2, 2, 0, 0],
    ['deny', 13, 4, 5, 4],
  ]);
  expect(rows[2]?.cells.map(({ risk }) => risk)).toEqual(['opens', 'opens', 'same']);
});

test('what is newly let through comes first, then what an approval could let through, then the rest', () => {
  expect(byRisk(groups).map(({ agent }) => agent)).toEqual(['e', 'd', 'c', 'b', 'a']);
  expect(movesOf(groups)).toEqual({ opens: 11, closes: 9 });
});

test('a hold that replaces a permission is stricter, one that replaces a denial freer', () => {
  expect(riskOf({ from: 'allow', to: 'hold' })).toBe('closes');
  expect(riskOf({ from: 'deny', to: 'hold' })).toBe('opens');
});

test('why calls were not decided again, the most frequent first', () => {
  expect(notReplayedOf({ notReplayed: { erased: 1, redacted: 4 } })).toEqual([
    ['redacted', 4],
    ['erased', 1],
  ]);
});
