import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesOf, linesOf, offsetOfByte, positionWithin } from './lines.ts';

test('a position counts lines and characters from one', () => {
  const { positionOf } = linesOf('ab\nçd');
  expect(positionOf(0)).toEqual({ line: 1, column: 1 });
  expect(positionOf(2)).toEqual({ line: 1, column: 3 });
  expect(positionOf(3)).toEqual({ line: 2, column: 1 });
  expect(positionOf(4)).toEqual({ line: 2, column: 2 });
});

test('a position is what counting from the start gives, in any text, and within any part of it', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '\n', '\r\n', 'é', '😀'), maxLength: 30 });
  fc.assert(
    fc.property(text, fc.nat(), fc.nat(), (text, some, more) => {
      const start = some % (text.length + 1);
      const offset = start + (more % (text.length - start + 1));
      const before = text.slice(0, offset);
      const counted = { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
      const { positionOf } = linesOf(text);
      expect(positionOf(offset)).toEqual(counted);
      expect(positionWithin(positionOf(start), text.slice(start), offset - start)).toEqual(counted);
    }),
  );
});

test('a byte offset becomes a character offset', () => {
  expect(offsetOfByte('aé€😀b', 0)).toBe(0);
  expect(offsetOfByte('aé€😀b', 3)).toBe(2);
  expect(offsetOfByte('aé€😀b', 6)).toBe(3);
  expect(offsetOfByte('aé€😀b', 10)).toBe(5);
  expect(offsetOfByte('ab', 99)).toBe(2);
});

test('bytes are counted as UTF-8 has them', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(bytesOf(text)).toBe(new TextEncoder().encode(text).length);
    }),
  );
});
