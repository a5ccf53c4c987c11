import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { findFaulty } from './find-faulty.ts';

/** A fault, and the items of which any is enough to have it. */
interface Fault {
  readonly by: readonly number[];
}

test('finds each item that is at fault by itself, whatever its faults tell of it', () => {
  const items = Array.from({ length: 40 }, (_, at) => at);
  fc.assert(
    fc.property(fc.subarray(items), fc.func(fc.constantFrom('one', 'some', 'any')), (bad, telling) => {
      let asked = 0;
      const found = findFaulty<number, Fault>(
        items,
        (tried) => {
          asked += 1;
          return tried.filter((item) => bad.includes(item)).map((item) => ({ by: [item] }));
        },
        ({ by: [item = 0] }) =>
          ({ one: [item], some: [item, (item + 1) % 40], any: undefined })[telling(item)],
      );
      expect([...found.keys()].sort((a, b) => a - b)).toEqual(bad);
      expect(asked).toBeLessThan(2 * items.length + 1);
    }),
  );
});

test('where every fault tells whom it is about, twice asking is enough for any number', () => {
  const items = Array.from({ length: 1_000 }, (_, at) => at);
  let asked = 0;
  const found = findFaulty<number, Fault>(
    items,
    (tried) => {
      asked += 1;
      return tried.filter((item) => item % 3 === 0).map((item) => ({ by: [item] }));
    },
    ({ by }) => by,
  );
  expect([found.size, asked]).toEqual([334, 2]);
});
