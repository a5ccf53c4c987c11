import { expect, test } from 'vitest';
import { readRanges } from './read-ranges.ts';

const text = 'permit(principal, action, resource) when { principal.risk <= resource.risk };';
const reads = (source: string, paths: readonly string[]): string[] =>
  readRanges(source, paths).map(({ from, to }) => source.slice(from, to));

test('finds every attribute that was read, in place', () => {
  expect(reads(text, ['resource.risk', 'principal.risk'])).toEqual(['principal.risk', 'resource.risk']);
});

test('does not find a path inside a longer name', () => {
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

test('finds nothing where nothing was read', () => {
  expect(reads(text, [])).toEqual([]);
});
