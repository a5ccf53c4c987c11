import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { toDecimal, toLong } from './numbers.ts';

test.each([
  ['0', 0],
  ['-0', 0],
  ['0.000e99', 0],
  ['12', 12],
  ['-12', -12],
  ['1.0', 1],
  ['1.20e1', 12],
  ['120e-1', 12],
  ['9007199254740991', 9007199254740991],
  ['9007199254740992', null],
  ['9007199254740993', null],
  ['-9007199254740991', -9007199254740991],
  ['1.5', null],
  ['1.00000000000000000001', null],
  ['1e400', null],
  ['1e-1', null],
  ['1e99999999999999999999', null],
])('reads %s as the Long %s', (lexeme, want) => {
  expect(toLong(lexeme)).toBe(want);
});

test.each([
  ['0', '0.0'],
  ['-0.0', '0.0'],
  ['1', '1.0'],
  ['1.5', '1.5'],
  ['-1.50', '-1.5'],
  ['0.0001', '0.0001'],
  ['0.00010', '0.0001'],
  ['0.00001', null],
  ['125e-2', '1.25'],
  ['1.5e3', '1500.0'],
  ['922337203685477.5807', '922337203685477.5807'],
  ['922337203685477.5808', null],
  ['1e15', null],
  ['1e-99999999999999999999', null],
])('reads %s as the decimal %s', (lexeme, want) => {
  expect(toDecimal(lexeme)).toBe(want);
});

test('every way to write the same number is the same value', () => {
  fc.assert(
    fc.property(
      fc.maxSafeInteger(),
      fc.integer({ min: 0, max: 12 }),
      fc.integer({ min: 0, max: 6 }),
      (value, shift, zeros) => {
        const written = `${value}${'0'.repeat(shift)}.0${'0'.repeat(zeros)}e-${shift}`;
        expect(toLong(written)).toBe(value === 0 ? 0 : value);
      },
    ),
  );
});

test('a decimal denotes exactly the number that was written', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }),
      fc.integer({ min: 0, max: 8 }),
      (units, places) => {
        const digits = String(units < 0n ? -units : units).padStart(places + 1, '0');
        const point = digits.length - places;
        const lexeme = `${units < 0n ? '-' : ''}${digits.slice(0, point)}${places > 0 ? `.${digits.slice(point)}` : ''}`;
        const decimal = toDecimal(lexeme);
        const exact = units * 10n ** 8n;
        const scale = 10n ** BigInt(places);
        if (decimal === null) return;
        const [whole = '', fraction = ''] = decimal.split('.');
        const back = BigInt(whole + fraction.padEnd(8, '0'));
        expect(back * scale).toBe(exact);
      },
    ),
  );
});

test('a lexeme of a million digits is answered at once', () => {
  expect(toLong('9'.repeat(1_000_000))).toBeNull();
  expect(toDecimal(`0.${'0'.repeat(1_000_000)}`)).toBe('0.0');
});
