import { expect, test } from 'vitest';
import { ID_PREFIXES, isId, newId } from './ids.ts';

test('a new id is its prefix and 32 lowercase hex digits', () => {
  expect(newId('call')).toMatch(/^call_[0-9a-f]{32}$/);
  expect(newId('chain', (length) => new Uint8Array(length).fill(0xab))).toBe(`chain_${'ab'.repeat(16)}`);
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
