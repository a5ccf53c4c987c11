import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalText, parseLexical } from './canonical.ts';

const canonical = (text: string): string => canonicalText(parseLexical(text));

describe('the canonical text', () => {
  it('keeps numbers as they were written', () => {
    const numbers = '[1,1.0,-0,1E2,1e+2,9007199254740993,0.10000000000000000001,1e400]';
    expect(canonical(` ${numbers.replaceAll(',', ' , ')} `)).toBe(numbers);
  });

  it('sorts members by UTF-16 code units, not by value or by code point', () => {
    expect(canonical('{"b":1,"10":2,"9":3,"\u{1f600}":4,"\uffee":5,"":6}')).toBe(
      '{"":6,"10":2,"9":3,"b":1,"\u{1f600}":4,"\uffee":5}',
    );
  });

  it('is one for all ways to write a string', () => {
    expect(canonical('"\\u0041\\/\\u000a\\u00e9\\ud83d\\ude00"')).toBe('"A/\\né\u{1f600}"');
  });

  it('keeps a member called `__proto__` a member', () => {
    expect(canonical('{"a":1,"__proto__":{"b":2}}')).toBe('{"__proto__":{"b":2},"a":1}');
  });

  it('means what the text means, and is its own canonical text', () => {
    const property = fc.property(fc.json(), fc.constantFrom(0, 1, '\t'), (text, indent) => {
      const value: unknown = JSON.parse(text);
      const once = canonical(JSON.stringify(value, null, indent));
      return (
        isDeepStrictEqual(JSON.parse(once), JSON.parse(JSON.stringify(value))) && canonical(once) === once
      );
    });
    expect(fc.check(property, { numRuns: 2000 })).toMatchObject({ failed: false });
  });
});
