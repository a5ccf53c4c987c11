import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { newId } from '../ids.ts';
import { createBytesColumn, createColumn, createKeyTable, idKey, numberKey } from './key-table.ts';

const words = (...all: readonly number[]): Uint32Array => Uint32Array.from(all);

test('keys that come and go have the values that a map would have for them', () => {
  const step = fc.record({ key: fc.nat({ max: 40 }), value: fc.option(fc.maxSafeNat(), { nil: null }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const table = createKeyTable(2);
      const column = createColumn();
      const wanted = new Map<number, number>();
      for (const { key, value } of steps) {
        if (value === null) {
          table.remove(words(key, 7));
          wanted.delete(key);
        } else {
          column.set(table.add(words(key, 7)), value);
          wanted.set(key, value);
        }
        expect(table.size()).toBe(wanted.size);
      }
      for (let key = 0; key <= 40; key += 1) {
        const number = table.find(words(key, 7));
        expect(number < 0 ? undefined : column.get(number)).toBe(wanted.get(key));
      }
    }),
  );
});

test('many keys are found again, by all of their words', () => {
  const table = createKeyTable(4);
  const ids = Array.from({ length: 40_000 }, () => newId('call'));
  const key = new Uint32Array(4);
  const numbers = ids.map((id) => table.add(idKey(id, key)));
  expect(numbers).toEqual(ids.map((_, at) => at));
  expect(ids.map((id) => table.find(idKey(id, key)))).toEqual(numbers);
  expect(ids.map((id) => table.add(idKey(id, key)))).toEqual(numbers);
  expect(table.find(idKey(newId('call'), key))).toBe(-1);
  for (const id of ids.slice(0, 39_000)) table.remove(idKey(id, key));
  expect(table.size()).toBe(1000);
  expect(ids.slice(39_000).map((id) => table.find(idKey(id, key)))).toEqual(numbers.slice(39_000));
});

test('the number of a key that is gone is given to another, so that open calls take the place of those that ended', () => {
  const table = createKeyTable(1);
  for (let at = 0; at < 100_000; at += 1) {
    expect(table.add(words(at))).toBe(0);
    table.remove(words(at));
  }
  expect(table.size()).toBe(0);
});

test('ids are told apart by each of their digits, and numbers up to the largest that is safe', () => {
  const key = new Uint32Array(4);
  const zero = `call_${'0'.repeat(32)}`;
  const others = Array.from({ length: 32 }, (_, at) => `call_${'0'.repeat(at)}f${'0'.repeat(31 - at)}`);
  const seen = [zero, ...others].map((id) => String(idKey(id, key)));
  expect(new Set(seen).size).toBe(33);
  expect([...idKey(`call_${'0123456789abcdef'.repeat(2)}`, key)]).toEqual([
    0x0123_4567, 0x89ab_cdef, 0x0123_4567, 0x89ab_cdef,
  ]);
  for (const number of [0, 1, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER]) {
    const [low = 0, high = 0] = numberKey(number, new Uint32Array(2));
    expect(high * 2 ** 32 + low).toBe(number);
  }
});

test('keys that differ in a few high bits only do not fall into one place', () => {
  const table = createKeyTable(4);
  for (let at = 0; at < 65_536; at += 1) table.add(words((at & 255) << 24, (at >>> 8) << 24, 0, 0));
  // In one place they would take two thousand million comparisons, and this test its whole time.
  expect(table.size()).toBe(65_536);
});

test('bytes stand where they were put', () => {
  const column = createBytesColumn(2);
  column.set(20_000, Uint8Array.of(1, 2));
  column.set(20_001, Uint8Array.of(3, 4));
  expect([...column.get(20_000), ...column.get(20_001), ...column.get(5)]).toEqual([1, 2, 3, 4, 0, 0]);
});
