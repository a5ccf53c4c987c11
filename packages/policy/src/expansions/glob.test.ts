import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { automatonOf } from './automaton.ts';
import { ANY, type Glob, globOf, matches, mayMeet, tokensOf } from './glob.ts';

const text = fc.string({ unit: fc.constantFrom('a', 'b', '*', '😀'), maxLength: 6 });
const glob = fc
  .array(fc.constantFrom('a', 'b', '*', '😀', ANY, ANY), { maxLength: 6 })
  .map((tokens) => globOf(tokens));

/** What a glob means, as plainly as it can be said. */
function means([first, ...others]: Glob, text: string): boolean {
  if (!text.startsWith(first)) return false;
  const rest = text.slice(first.length);
  const [next, ...later] = others;
  if (next === undefined) return rest === '';
  return Array.from({ length: rest.length + 1 }, (_, at) => rest.slice(at)).some((tail) =>
    means([next, ...later], tail),
  );
}

test('a glob matches what it means, at once and character by character', () => {
  fc.assert(
    fc.property(glob, text, (glob, text) => {
      const tokens = tokensOf(glob);
      const automaton = automatonOf(glob);
      const end = Array.from(text).reduce<number | null>(
        (state, character) => (state === null ? null : automaton.step(state, character)),
        0,
      );
      expect(matches(glob, text)).toBe(means(glob, text));
      expect(matches(globOf(tokens), text)).toBe(means(glob, text));
      expect(end !== null && automaton.isMatched(end)).toBe(means(glob, text));
      const isSure = end !== null && automaton.isSure(end);
      expect(!isSure || means(glob, `${text}x😀`)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test('globs that cannot meet have no text in common', () => {
  let apart = 0;
  fc.assert(
    fc.property(glob, glob, text, (one, other, text) => {
      if (mayMeet(one, other)) return;
      apart += 1;
      expect(means(one, text) && means(other, text)).toBe(false);
    }),
    { numRuns: 2_000 },
  );
  expect(apart).toBeGreaterThan(200);
});
