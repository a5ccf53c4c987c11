import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ANY, globOf, matches } from './glob.ts';
import { type Kind, kindsOf } from './kinds.ts';

const glob = fc.array(fc.constantFrom('a', 'b', ANY), { maxLength: 4 }).map((tokens) => globOf(tokens));
const short = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 3 });

/** All texts of a few letters, of which policies write two. */
const TEXTS = Array.from({ length: 7 }, () => ['a', 'b', 'c'])
  .reduce<string[][]>(
    (all, letters) => [...all, (all.at(-1) ?? []).flatMap((text) => letters.map((one) => text + one))],
    [['']],
  )
  .flat()
  .slice(1);

function all(walk: Generator<Kind | null, boolean>): { kinds: Kind[]; isAll: boolean } {
  const kinds: Kind[] = [];
  for (;;) {
    const next = walk.next();
    if (next.done === true) return { kinds, isAll: next.value };
    if (next.value !== null) kinds.push(next.value);
  }
}

test('every text that a template could expand to is named, or of a kind that is found once', () => {
  let found = 0;
  fc.assert(
    fc.property(
      glob,
      fc.array(short, { maxLength: 3 }),
      fc.array(glob, { maxLength: 4 }),
      (template, names, patterns) => {
        const { kinds, isAll } = all(kindsOf(template, { names, patterns }));
        expect(isAll).toBe(true);
        const matchedBy = (text: string) =>
          patterns.flatMap((pattern, at) => (matches(pattern, text) ? [at] : []));
        const keys = kinds.map(({ matched }) => matched.join());
        expect(new Set(keys).size).toBe(keys.length);
        for (const { text, matched } of kinds) {
          expect(text).not.toBe('');
          expect(matches(template, text)).toBe(true);
          expect(names).not.toContain(text);
          expect(matched).toEqual(matchedBy(text));
        }
        found += kinds.length;
        const others = TEXTS.filter((text) => matches(template, text) && !names.includes(text));
        const wanted = new Set(others.map((text) => matchedBy(text).join()));
        expect([...wanted].filter((key) => !keys.includes(key))).toEqual([]);
      },
    ),
    { numRuns: 200 },
  );
  expect(found).toBeGreaterThan(150);
});

test('finds the kinds that only texts without any other character are of', () => {
  const patterns = [
    globOf(['a', 'b', 'a', ANY]),
    globOf([ANY, 'a', 'b', 'a']),
    globOf(['a', 'b', 'a', ANY, 'a', 'b', 'a']),
  ];
  const { kinds } = all(kindsOf(globOf([ANY]), { names: ['aba'], patterns }));
  expect(kinds).toContainEqual({ text: 'ababa', matched: [0, 1] });
});

test('gives up on more kinds than there is time for, and says so', () => {
  const letters = Array.from('abcdefghijklmnopqrstuvwxyz0123456789');
  const patterns = letters.map((letter) => globOf([ANY, letter, ANY]));
  const { kinds, isAll } = all(kindsOf(globOf([ANY]), { names: [], patterns }));
  expect(isAll).toBe(false);
  expect(kinds.length).toBeGreaterThan(10);
  for (const { text, matched } of kinds)
    expect(matched).toEqual(patterns.flatMap((pattern, at) => (matches(pattern, text) ? [at] : [])));
});
