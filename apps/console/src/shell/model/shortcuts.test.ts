import { expect, test } from 'vitest';
import { shortcutOf, type Press } from './shortcuts.ts';

const press = (key: string, more: Partial<Press> = {}): Press => ({
  key,
  withModifier: false,
  inField: false,
  ...more,
});

test('`g` and a letter go to a page', () => {
  expect(shortcutOf(press('g'), false, true)).toBe('prefix');
  expect(shortcutOf(press('c'), true, true)).toEqual({ kind: 'go', key: 'c' });
});

test.each([
  ['/', 'search'],
  ['?', 'help'],
])('`%s` is for %s', (key, kind) => {
  expect(shortcutOf(press(key), false, true)).toEqual({ kind });
});

test('single keys do nothing in a field, and nothing at all when they are switched off', () => {
  for (const key of ['g', '/', '?']) {
    expect(shortcutOf(press(key, { inField: true }), false, true)).toBeNull();
    expect(shortcutOf(press(key), false, false)).toBeNull();
  }
});

test('the palette opens from anywhere, as it takes a modifier', () => {
  const chord = press('K', { withModifier: true, inField: true });
  expect(shortcutOf(chord, false, false)).toEqual({ kind: 'palette' });
  expect(shortcutOf(press('c', { withModifier: true }), true, true)).toBeNull();
});
