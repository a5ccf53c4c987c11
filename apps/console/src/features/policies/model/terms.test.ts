import { expect, test } from 'vitest';
import { pairedTerms, type Term } from './terms.ts';

const term = (part: Term['part'], before: string | null, after: string | null): Term => ({
  part,
  name: null,
  before,
  after,
});

test('a condition that went and one that came are told as one that changed', () => {
  const effect = term('effect', 'permit', 'forbid');
  const terms = [effect, term('when', 'a > 1', null), term('when', null, 'a > 2'), term('unless', null, 'b')];
  expect(pairedTerms(terms)).toEqual([effect, term('when', 'a > 1', 'a > 2'), term('unless', null, 'b')]);
});

test('where more than one came or went, nobody is to guess which stands for which', () => {
  const terms = [term('when', 'a', null), term('when', 'b', null), term('when', null, 'c')];
  expect(pairedTerms(terms)).toEqual(terms);
});
