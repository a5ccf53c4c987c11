import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toDecimal } from '../numbers.ts';
import { amountOf, sumOf, valueOf } from './amount.ts';

const cents = { add: { input: ['amount_cents'] }, type: 'long' } as const;
const euros = { add: { input: ['order', 'total'] }, type: 'decimal' } as const;

test('a count adds one, whatever the arguments are', () => {
  expect(amountOf({ add: 1, type: 'long' }, 'not even JSON')).toEqual({ ok: true, units: 1n });
});

test.each([
  ['{"amount_cents":1250}', 1250n],
  ['{"amount_cents":1.25e3}', 1250n],
  ['{"amount_cents":0}', 0n],
  ['{"amount_cents":-0}', 0n],
  ['{"amount_cents":9007199254740991}', 9007199254740991n],
])('%s adds %s', (input, units) => {
  expect(amountOf(cents, input)).toEqual({ ok: true, units });
});

test.each([
  ['{"order":{"total":12.5}}', 125_000n],
  ['{"order":{"total":0.0001}}', 1n],
  ['{"order":{"total":922337203685477.5807}}', 9223372036854775807n],
])('%s adds %s ten-thousandths', (input, units) => {
  expect(amountOf(euros, input)).toEqual({ ok: true, units });
});

describe('an amount that is not known exactly is no amount', () => {
  test.each([
    ['no arguments', undefined, /is not there/],
    ['not there', '{}', /is not there/],
    ['inherited', '{"__proto__":{"amount_cents":1}}', /is not there/],
    ['null', '{"amount_cents":null}', /is no number/],
    ['a text', '{"amount_cents":"1250"}', /is no number/],
    ['a list', '{"amount_cents":[1]}', /is no number/],
    ['a fraction', '{"amount_cents":12.5}', /is no long/],
    ['too large for a JSON number', '{"amount_cents":9007199254740992}', /is no long/],
    ['a million digits by its exponent', '{"amount_cents":1e1000000}', /is no long/],
    ['negative', '{"amount_cents":-1}', /is negative/],
    ['among arguments that are no object', '[1]', /cannot be read/],
    ['among arguments with an escape of Cedar’s', '{"__extn":1}', /cannot be read/],
  ])('%s', (_what, input, why) => {
    const amount = amountOf(cents, input);
    expect(amount).toMatchObject({ ok: false, why: expect.stringMatching(why) });
  });

  test('a path through what is no object', () => {
    expect(amountOf(euros, '{"order":7}')).toMatchObject({ ok: false });
    expect(amountOf(euros, '{"order":{"total":0.00001}}')).toMatchObject({ ok: false });
  });
});

test('a sum beyond what its type holds is none', () => {
  expect(sumOf('long', 9007199254740990n, 1n)).toEqual({ ok: true, units: 9007199254740991n });
  expect(sumOf('long', 9007199254740991n, 1n)).toMatchObject({ ok: false });
  expect(sumOf('decimal', 2n ** 63n - 2n, 1n)).toMatchObject({ ok: true });
  expect(sumOf('decimal', 2n ** 63n - 1n, 1n)).toMatchObject({ ok: false });
});

test('a decimal is shown exactly as Cedar writes the sum', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), (units) => {
      const text = valueOf('decimal', units);
      expect(toDecimal(String(text))).toBe(text);
      expect(amountOf(euros, `{"order":{"total":${text}}}`)).toEqual({ ok: true, units });
    }),
  );
  expect(valueOf('decimal', 0n)).toBe('0.0');
  expect(valueOf('decimal', 105_000n)).toBe('10.5');
  expect(valueOf('long', 17n)).toBe(17);
});
