import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { classOf, CLASSES } from './took.ts';

test('a longer time is in no lower class, and classes are narrow', () => {
  const lengths = fc.oneof(
    fc.nat(),
    fc.nat(100),
    fc.nat({ max: 2 ** 32 }),
    fc.double({ min: 0, noNaN: true }),
  );
  fc.assert(
    fc.property(lengths, lengths, (a, b) => {
      const [shorter, longer] = a < b ? [a, b] : [b, a];
      expect(classOf(shorter)).toBeLessThanOrEqual(classOf(longer));
      expect(classOf(longer)).toBeLessThan(CLASSES);
      const isMuchLonger = longer < 2 ** 32 && longer > shorter * 1.126 + 1;
      expect(!isMuchLonger || classOf(shorter) < classOf(longer)).toBe(true);
    }),
  );
});

test('every microsecond has a class, and classes follow one another without a gap', () => {
  const seen = Array.from({ length: 4096 }, (_, us) => classOf(us));
  expect(new Set(seen).size).toBe((seen.at(-1) ?? 0) + 1);
});
