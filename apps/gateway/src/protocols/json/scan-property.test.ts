import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numberFate } from './number.ts';
import { scan, textOf } from './scan.ts';
import { compileShape, foldName } from './shape.ts';
import type { ScanErrorCode } from './types.ts';

const HOLDS = { failed: false };
const shape = compileShape({ a: {}, 'a.*': {}, 'a.b': {} });
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const name = fc
  .oneof(fc.constantFrom('a', 'b', 'id', ''), fc.string({ unit: 'grapheme', maxLength: 6 }))
  .filter((text) => text !== '__proto__');
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, false, '', '\u0000', '"\\'),
    fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .filter((value) => !Number.isInteger(value) || Number.isSafeInteger(value)),
    fc.maxSafeInteger(),
    fc.string({ unit: 'grapheme' }),
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(name, tie('tree'), { maxKeys: 5 }),
  ),
}));
const text = fc
  .tuple(fc.dictionary(name, tree, { maxKeys: 20 }), fc.constantFrom('', ' ', '\t', '\n \r'))
  .map(([value, space]) => JSON.stringify(value, null, '~').replaceAll(/\n~*/g, space));

// What JSON.parse itself refuses; every other refusal is of a text that JSON.parse takes.
const NO_JSON: ReadonlySet<ScanErrorCode> = new Set([
  'syntax',
  'control_character',
  'trailing_data',
  'empty',
  'not_an_object',
]);

function isObjectText(input: string): boolean {
  try {
    const value: unknown = JSON.parse(input);
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}

describe('whatever the text', () => {
  it('a well-formed object is accepted, with the value that JSON.parse gives', () => {
    const property = fc.property(text, (input) => {
      const result = scan(encode(input), shape);
      return result.ok && isDeepStrictEqual(result.value.value, JSON.parse(input));
    });
    expect(fc.check(property, { numRuns: 2000 })).toMatchObject(HOLDS);
  });

  it('each member of interest stands where its span says', () => {
    const property = fc.property(text, (input) => {
      const bytes = encode(input);
      const result = scan(bytes, shape);
      const root = result.ok && result.value.containers.get('');
      if (!result.ok || !root || root.members.size !== Object.keys(result.value.value).length) return false;
      return [...root.members].every(([key, member]) => {
        const label = textOf(bytes, { start: member.nameStart, end: member.start });
        return (
          isDeepStrictEqual(JSON.parse(textOf(bytes, member)), result.value.value[key]) &&
          isDeepStrictEqual(JSON.parse(`{${label}0}`), { [key]: 0 })
        );
      });
    });
    expect(fc.check(property, { numRuns: 500 })).toMatchObject(HOLDS);
  });

  it('after any damage it is accepted only if JSON.parse takes it, and called no JSON only if that does not', () => {
    const pieces = [
      '"',
      '\\',
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '0',
      '-',
      'e',
      '.',
      '\\u12',
      'null',
      ' ',
      '\n',
      '\f',
    ];
    const damage = fc.array(
      fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        remove: fc.nat(3),
        insert: fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 2 })),
      }),
      { minLength: 1, maxLength: 3 },
    );
    const property = fc.property(text, damage, (input, edits) => {
      let broken = input;
      for (const { at, remove, insert } of edits) {
        const start = Math.floor(at * broken.length);
        broken = broken.slice(0, start) + insert + broken.slice(start + remove);
      }
      broken = broken.toWellFormed();
      const result = scan(encode(broken), shape);
      if (result.ok) return isDeepStrictEqual(result.value.value, JSON.parse(broken));
      return !NO_JSON.has(result.error.code) || !isObjectText(broken);
    });
    expect(fc.check(property, { numRuns: 5000 })).toMatchObject(HOLDS);
  });

  it('any bytes at all give a result and never an exception', () => {
    const property = fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      const result = scan(Buffer.concat([Buffer.from('{"a":"'), bytes]), shape);
      return result.ok || result.error.message !== '';
    });
    expect(fc.check(property, { numRuns: 2000 })).toMatchObject(HOLDS);
  });

  it('a member that is repeated anywhere is refused', () => {
    const names = fc.uniqueArray(name, { minLength: 1, maxLength: 40 });
    const property = fc.property(names, fc.nat(), fc.nat(), (unique, pick, place) => {
      const again = unique[pick % unique.length] as string;
      const all = unique.map((key) => `${JSON.stringify(key)}:1`);
      all.splice(place % (all.length + 1), 0, `${JSON.stringify(again)}:2`);
      const result = scan(encode(`{"o":{${all.join(',')}}}`));
      return !result.ok && result.error.code === 'duplicate_key';
    });
    expect(fc.check(property, { numRuns: 2000 })).toMatchObject(HOLDS);
  });
});

describe('numbers', () => {
  // value = integer * 10^power
  function scaled(input: string): [bigint, number] {
    const [mantissa = '', exponent = '0'] = input.split('e');
    const [whole = '', fraction = ''] = mantissa.split('.');
    return [BigInt(whole + fraction), Number(exponent) - fraction.length];
  }
  function areEqual(a: string, b: string): boolean {
    const [x, p] = scaled(a);
    const [y, q] = scaled(b);
    const low = Math.min(p, q);
    return x * 10n ** BigInt(p - low) === y * 10n ** BigInt(q - low);
  }
  function fateOf(input: string): string {
    const value = Number(input);
    if (!Number.isFinite(value)) return 'overflow';
    const isUnsafe = /^-?\d+$/.test(input) && !Number.isSafeInteger(value);
    return !isUnsafe && areEqual(input, String(value)) ? 'exact' : 'inexact';
  }

  it('are exact exactly when the double has the same decimal value', () => {
    const digits = fc.string({ unit: fc.constantFrom('0', '1', '5', '9'), minLength: 1, maxLength: 22 });
    const exponent = fc.option(fc.integer({ min: -330, max: 310 }));
    const lexeme = fc
      .tuple(fc.constantFrom('', '-'), digits, fc.option(digits), exponent)
      .map(([sign, whole, fraction, power]) => {
        const integer = whole.replace(/^0+(?=\d)/, '');
        return `${sign}${integer}${fraction === null ? '' : `.${fraction}`}${power === null ? '' : `e${power}`}`;
      });
    const property = fc.property(lexeme, (input) => numberFate(input) === fateOf(input));
    expect(fc.check(property, { numRuns: 5000 })).toMatchObject(HOLDS);
  });
});

describe('folding names', () => {
  it.each([
    ['METHOD', 'method'],
    ['param\u017f', 'params'],
    ['\u212aind', 'kind'],
    ['\u0130d', 'id'],
    ['\u0131d', 'id'],
  ])('takes %s for %s, as a reader that ignores case may', (a, b) => {
    expect(foldName(a)).toBe(foldName(b));
  });

  it('keeps other names apart', () => {
    expect(foldName('methods')).not.toBe(foldName('method'));
  });
});
