import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_BRACKETS, split } from './split.ts';

describe('split', () => {
  test('cuts at semicolons that end a policy, not at those in strings and comments', () => {
    const text =
      '// one; two\n@id("a;b") permit(principal, action, resource); // three;\n\n@id("c\\";") forbid(a);\n// end';
    expect(split(text).pieces).toEqual([
      { text: '@id("a;b") permit(principal, action, resource);', start: 12, hasSlots: false },
      { text: '@id("c\\";") forbid(a);', start: text.indexOf('@id("c'), hasSlots: false },
    ]);
  });

  test('keeps what follows the last semicolon, for the parser to complain of', () => {
    expect(split('permit(a); forbid(').pieces.map(({ text }) => text)).toEqual(['permit(a);', 'forbid(']);
    expect(split('permit("never ends; forbid(b);').pieces).toHaveLength(1);
  });

  test('tells a template by its slots, and not by what looks like one in a string', () => {
    const text = 'permit(principal == ?principal); permit("?principal"); // ?resource\npermit(a);';
    expect(split(text).pieces.map(({ hasSlots }) => hasSlots)).toEqual([true, false, false]);
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
