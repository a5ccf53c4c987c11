import { expect, test } from 'vitest';
import { differs, idIn, MOST_PAIRS, pairsOf, readPayload } from './difference.ts';

test('two values are compared leaf by leaf, with what only one of them has', () => {
  const pairs = pairsOf(
    { agent: 'a', amount: 5, lines: [{ sku: 'x' }], 'odd name': true },
    { agent: 'a', amount: 7, lines: [{ sku: 'x' }, { sku: 'y' }] },
  );
  expect(pairs.filter(differs)).toEqual([
    { path: 'amount', a: '5', b: '7' },
    { path: '["odd name"]', a: 'true', b: null },
    { path: 'lines[1].sku', a: null, b: '"y"' },
  ]);
  expect(pairs.map(({ path }) => path)).toContain('agent');
});

test('nothing and empty are not the same', () => {
  expect(
    pairsOf({ a: null, b: [], c: {} }, { a: [], b: [] })
      .filter(differs)
      .map(({ path }) => path),
  ).toEqual(['a', 'c']);
  expect(pairsOf('text', 'text').some(differs)).toBe(false);
});

test('has an end', () => {
  expect(
    pairsOf(
      Array.from({ length: MOST_PAIRS * 2 }, () => 1),
      null,
    ),
  ).toHaveLength(MOST_PAIRS);
});

test('what a call carried is text where it is no JSON', () => {
  expect(readPayload('{"a":1}')).toEqual({ a: 1 });
  expect(readPayload('{"a"')).toBe('{"a"');
  expect(readPayload(null)).toBeUndefined();
});

test('an id or a digest is told from any other text, so that it can be copied', () => {
  const call = `call_${'0f'.repeat(16)}`;
  expect(idIn(JSON.stringify(call))).toBe(call);
  expect(idIn(JSON.stringify('0f'.repeat(32)))).toBe('0f'.repeat(32));
  for (const other of [`${call}0`, `see ${call}`, 'CALL_1', '0f', `"${call}"`, { id: call }, null])
    expect(idIn(JSON.stringify(other))).toBeNull();
});
