import { expect, test } from 'vitest';
import { markReads } from './marked-source.ts';

const text = 'permit(principal, action, resource) when { principal.risk <= resource.risk };';
const reads = (source: string, paths: readonly string[]): (string | null)[] =>
  markReads(source, paths)
    .map((part) => part.read)
    .filter((read) => read !== null);

test('marks every attribute that was read, in place', () => {
  expect(reads(text, ['resource.risk', 'principal.risk'])).toEqual(['principal.risk', 'resource.risk']);
  expect(
    markReads(text, ['principal.risk'])
      .map((part) => part.text)
      .join(''),
  ).toBe(text);
});

test('does not mark a path inside a longer name', () => {
  expect(reads('principal.riskiest > 1 && x.principal.risk', ['principal.risk'])).toEqual([]);
});

test('prefers the longer of two paths', () => {
  expect(reads('context.input.to.country', ['context.input.to', 'context.input.to.country'])).toEqual([
    'context.input.to.country',
  ]);
});

test('takes names of arguments literally, never as a pattern', () => {
  expect(reads('context.input.a', ['context.input..*', '.*', '(a+)+$'])).toEqual([]);
});

test('is the whole text where nothing was read', () => {
  expect(markReads(text, [])).toEqual([{ text, read: null }]);
});
