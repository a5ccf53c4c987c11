import { Text } from '@codemirror/state';
import { expect, test } from 'vitest';
import { rangeAt } from './places.ts';

const text = Text.of(['permit (principal);', '', '  x']);
const at = (line: number, column: number): string => {
  const { from, to } = rangeAt(text, { line, column });
  return text.sliceString(from, to);
};

test('a place is the word that begins there', () => {
  expect(at(1, 1)).toBe('permit');
  expect(at(1, 9)).toBe('principal');
  expect(at(1, 8)).toBe('(');
});

test('where there is no word it is the line, and beyond the text its end', () => {
  expect(at(1, 7)).toBe('permit (principal);');
  expect(at(2, 1)).toBe('');
  expect(at(99, 99)).toBe('  x');
  expect(at(0, -5)).toBe('permit');
});
