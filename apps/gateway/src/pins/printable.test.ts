import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { digestOf } from '../upstreams/definitions.ts';
import { printableDefinition, quoted } from './printable.ts';

test('a definition stands one member a line, sorted, with its numbers as they were written', () => {
  expect(printableDefinition('{"b":[1.0,{}],"a":{"c":null,"d":[]},"10":9007199254740993}')).toBe(
    `{
  "10": 9007199254740993,
  "a": {
    "c": null,
    "d": []
  },
  "b": [
    1.0,
    {}
  ]
}
`,
  );
});

test('a definition that is nested to make it long is shown whole, and not indented', () => {
  const nested = (depth: number): string =>
    `${'{"a":['.repeat(depth)}${Array(20_000).fill('1').join(',')}${']}'.repeat(depth)}`;
  const text = printableDefinition(nested(30));
  expect(text.length).toBeLessThan(2 * nested(30).length);
  expect(text.startsWith('{\n"a": [\n{\n"a": [\n')).toBe(true);
  expect(digestOf('tool', text)).toBe(digestOf('tool', nested(30)));
  // As deep as people nest, it is indented, however many members there are.
  expect(printableDefinition(nested(2))).toContain('\n        1,\n        1,\n');
});

test.each([
  ['a zero-width space', '\u200b', '\\u200b'],
  ['a direction override', '\u202e', '\\u202e'],
  ['a tag character', '\u{e0041}', '\\udb40\\udc41'],
  ['a variation selector', '\u{e0100}', '\\udb40\\udd00'],
  ['a Hangul filler', '\u3164', '\\u3164'],
  ['an escape sequence', '\u001b[2J', '\\u001b[2J'],
  ['a no-break space', '\u00a0', '\\u00a0'],
  ['a lone surrogate', '\ud800', '\\ud800'],
  ['a line separator', '\u2028', '\\u2028'],
])('%s is spelled out', (_, hidden, shown) => {
  expect(quoted(`a${hidden}b`)).toBe(`"a${shown}b"`);
});

test('what people read stays as it is', () => {
  expect(quoted('Größe: 日本語 "x" 🙂')).toBe('"Größe: 日本語 \\"x\\" 🙂"');
});

test('two definitions look the same if and only if they have the same digest', () => {
  const text = fc.json({ maxDepth: 3 });
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(printableDefinition(a) === printableDefinition(b)).toBe(
        digestOf('tool', a) === digestOf('tool', b),
      );
      // And it is still JSON that says the same.
      expect(digestOf('tool', printableDefinition(a))).toBe(digestOf('tool', a));
    }),
  );
});
