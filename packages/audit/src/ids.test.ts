import { expect, test } from 'vitest';
import { ID_PREFIXES, isId, newId } from './ids.ts';

test('a new id is its prefix and 32 lowercase hex digits', () => {
  expect(newId('call')).toMatch(/^call_[0-9a-f]{32}$/);
});

test('its digits are those of a UUIDv7: the example of RFC 9562, appendix A.6', () => {
  // All that the time, the version and the variant take the place of is set here.
  const random = (length: number): Uint8Array =>
    Buffer.from('fffffffffffffcc3d8c4dc0c0c07398f', 'hex').subarray(0, length);
  expect(newId('chain', random, () => 0x017f22e279b0)).toBe('chain_017f22e279b07cc398c4dc0c0c07398f');
});

test('ids sort by the millisecond of their making', () => {
  const times = [0, 1, 0xffff, 0x1_0000, 0xffff_ffff, 0x1_0000_0000, 0xffff_ffff_ffff];
  const ids = times.map((time) => newId('call', undefined, () => time));
  expect(ids.toSorted()).toEqual(ids);
});

test('new ids differ', () => {
  expect(new Set(Array.from({ length: 2000 }, () => newId('call'))).size).toBe(2000);
});

test('an id of every prefix is recognised, with its prefix or without one named', () => {
  for (const prefix of ID_PREFIXES) {
    const id = newId(prefix);
    expect(isId(id, prefix)).toBe(true);
    expect(isId(id)).toBe(true);
    expect(isId(id, prefix === 'call' ? 'chain' : 'call')).toBe(false);
  }
});

test.each([
  ['call_ABCDEF00000000000000000000000000'],
  ['call_0000000000000000000000000000000'],
  ['call_000000000000000000000000000000000'],
  ['call_0000000000000000000000000000000g'],
  [' call_00000000000000000000000000000000'],
  ['call_00000000000000000000000000000000\n'],
  ['other_00000000000000000000000000000000'],
  ['constructor_00000000000000000000000000000000'],
  ['00000000000000000000000000000000'],
  [''],
  [null],
  [7],
])('%j is no id', (value) => {
  expect(isId(value)).toBe(false);
});
