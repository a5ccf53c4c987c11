import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_BRACKETS, offsetOfByte, positionOf, split } from './split.ts';

describe('split', () => {
  test('cuts at semicolons that end a policy, not at those in strings and comments', () => {
    const text =
      '// one; two\n@id("a;b") permit(principal, action, resource); // three;\n\n@id("c\\";") forbid(a);\n// end';
    expect(split(text).pieces).toEqual([
      { text: '@id("a;b") permit(principal, action, resource);', start: 12 },
      { text: '@id("c\\";") forbid(a);', start: text.indexOf('@id("c') },
    ]);
  });

  test('keeps what follows the last semicolon, for the parser to complain of', () => {
    expect(split('permit(a); forbid(').pieces.map(({ text }) => text)).toEqual(['permit(a);', 'forbid(']);
    expect(split('permit("never ends; forbid(b);').pieces).toHaveLength(2);
  });

  test('finds nothing in a file of comments', () => {
    expect(split('// a\r\n\t// b').pieces).toEqual([]);
  });

  test('names the bracket that is nested too deeply', () => {
    expect(split('('.repeat(MAX_BRACKETS)).tooDeep).toBeNull();
    expect(split(`"((("${'('.repeat(MAX_BRACKETS + 1)}`).tooDeep).toBe(5 + MAX_BRACKETS);
  });

  test('loses no character of any text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '"', '\\', ';', '/', '\n', '(', ')', ' ', 'é') }),
        (text) => {
          const { pieces } = split(text);
          for (const { text: piece, start } of pieces)
            expect(text.slice(start, start + piece.length)).toBe(piece);
          let rest = text;
          for (const { text: piece, start } of pieces.toReversed()) {
            rest = rest.slice(0, start) + rest.slice(start + piece.length);
          }
          expect(rest.replaceAll(/\/\/[^\n\r]*/g, '').trim()).toBe('');
        },
      ),
    );
  });
});

test('a position counts lines and characters from one', () => {
  expect(positionOf('ab\nçd', 0)).toEqual({ line: 1, column: 1 });
  expect(positionOf('ab\nçd', 4)).toEqual({ line: 2, column: 2 });
});

test('a byte offset becomes a character offset', () => {
  expect(offsetOfByte('aé€😀b', 0)).toBe(0);
  expect(offsetOfByte('aé€😀b', 3)).toBe(2);
  expect(offsetOfByte('aé€😀b', 6)).toBe(3);
  expect(offsetOfByte('aé€😀b', 10)).toBe(5);
  expect(offsetOfByte('ab', 99)).toBe(2);
});
