import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { addPlace, bitsOf, findList, type Lists, pack, repack, SEGMENT, unpack } from './postings.ts';

const lists: fc.Arbitrary<Lists> = fc
  .array(
    fc.record({
      term: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 2 ** 32 - 1 })),
      places: fc.oneof(
        fc.uniqueArray(fc.integer({ min: 0, max: SEGMENT - 1 }), { minLength: 1, maxLength: 6 }),
        // Long ones, on both sides of where a bitmap is shorter.
        fc.integer({ min: 120, max: 140 }).map((count) => Array.from({ length: count }, (_, i) => i * 14)),
        fc.constant(Array.from({ length: SEGMENT }, (_, i) => i)),
      ),
    }),
    { maxLength: 12 },
  )
  .map((all) => {
    const made: Lists = new Map();
    for (const { term, places } of all)
      if (!made.has(term)) for (const place of places.toSorted((a, b) => a - b)) addPlace(made, term, place);
    return made;
  });

const sorted = (made: Lists) => [...made].sort(([a], [b]) => a - b);

test('what was packed is unpacked again', () => {
  fc.assert(
    fc.property(lists, (made) => {
      expect(sorted(unpack(pack(made)))).toEqual(sorted(made));
    }),
  );
});

test('a term leads to exactly the calls that have it, from wherever a database put the bytes', () => {
  fc.assert(
    fc.property(
      lists,
      fc.integer({ min: 0, max: 45 }),
      fc.integer({ min: 0, max: 3 }),
      (made, term, offset) => {
        const packed = pack(made);
        const moved = new Uint8Array(packed.terms.length + offset).subarray(offset);
        moved.set(packed.terms);
        const found = findList(moved, term);
        const bits =
          found === null ? null : bitsOf(packed.lists.subarray(found.from, found.from + found.length));
        const places =
          bits === null
            ? undefined
            : Array.from({ length: SEGMENT }, (_, i) => i).filter(
                (i) => ((bits[i >> 5] ?? 0) >>> (i & 31)) & 1,
              );
        expect(places).toEqual(made.get(term));
      },
    ),
  );
});

test('one call under other terms gives the same bytes as packing all anew, and nothing where nothing changed', () => {
  fc.assert(
    fc.property(
      lists,
      fc.integer({ min: 0, max: SEGMENT - 1 }),
      fc.uniqueArray(fc.integer({ min: 0, max: 45 }), { maxLength: 5 }),
      (made, place, terms) => {
        const wanted: Lists = new Map();
        for (const [term, places] of made) {
          const others = places.filter((each) => each !== place);
          if (others.length > 0) wanted.set(term, others);
        }
        for (const term of terms)
          wanted.set(
            term,
            [...(wanted.get(term) ?? []), place].sort((a, b) => a - b),
          );
        const anew = repack(pack(made), place, new Set(terms));
        expect(anew ?? pack(made)).toEqual(pack(wanted));
        expect(repack(anew ?? pack(made), place, new Set(terms))).toBeNull();
      },
    ),
  );
});
