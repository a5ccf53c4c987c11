import { describe, expect, it } from 'vitest';
import { countNodes, isQuickPattern, surveySchema } from './schema-survey.ts';

describe('a pattern', () => {
  it.each([
    '^[a-z0-9-]+$',
    String.raw`^\d{4}-\d{2}-\d{2}$`,
    '^[A-Z]{2,3}[0-9]?$',
    '^abc',
    String.raw`^[^\]\\]*$`,
    '^$',
  ])('that takes time proportional to the text is quick: %s', (pattern) => {
    expect(isQuickPattern(pattern)).toBe(true);
  });

  it.each([
    '^(a+)+$',
    '^(a|b)$',
    '[a-z]+$',
    '^a*a*$',
    '^a{2,}b+$',
    '^a{0,100}b{0,100}$',
    String.raw`^(a)\1$`,
    '^(?=a)a$',
    'a|b',
    String.raw`^\p{L}+$`,
    '^a**$',
    '^[a',
  ])('that may not, or that is none, is not: %s', (pattern) => {
    expect(isQuickPattern(pattern)).toBe(false);
  });
});

describe('a schema', () => {
  it('says when a check may run long', () => {
    const mayRunLong = (property: object): boolean => {
      const survey = surveySchema({ properties: { a: { ...property } } });
      return !survey.ok || survey.value.mayRunLong;
    };
    expect(mayRunLong({ type: 'string', format: 'date-time', pattern: '^[a-z]+$' })).toBe(false);
    for (const long of [
      { pattern: '(a+)+' },
      { format: 'uri' },
      { uniqueItems: true },
      { $ref: '#' },
      { pattern: 7 },
    ]) {
      expect(mayRunLong(long)).toBe(true);
    }
  });

  it('is counted in objects and arrays', () => {
    expect(surveySchema({ properties: { a: { enum: [1, 2] } } })).toEqual({
      ok: true,
      value: { nodes: 4, mayRunLong: false },
    });
  });
});

describe('the parts of a value', () => {
  it('are counted up to what is enough', () => {
    expect(countNodes({ a: [1, 2, { b: null }] }, 100)).toBe(6);
    expect(
      countNodes(
        Array.from({ length: 1000 }, () => 0),
        10,
      ),
    ).toBe(11);
    expect(countNodes(undefined, 10)).toBe(1);
  });
});
