import { describe, expect, test } from 'vitest';
import { unfitFile, unfitName, unfitPolicy, unfitProse } from './characters.ts';

describe('a file', () => {
  test.each([
    ['a tab, a line feed, a carriage return before it', 'a\tb\nc\r\nd'],
    ['letters of any script', 'é ж 漢 नि ع'],
    ['emoji, joined and varied', '⚠️ 👩‍🚀'],
    ['other spaces', 'prix : 3'],
  ])('may hold %s', (_, text) => {
    expect(unfitFile(text)).toBeNull();
  });

  test.each([
    ['NUL', 'a\0', 1, 'U+0000'],
    ['an escape for terminals', 'a\u001b[2K', 1, 'U+001B'],
    ['a carriage return alone, which hides the line from some', '// a\rforbid', 4, 'U+000D'],
    ['a line end that only some see', '// a\u2028forbid', 4, 'U+2028'],
    ['a change of direction', 'a\u202eb', 1, 'U+202E'],
    ['an isolate', 'a\u2066b', 1, 'U+2066'],
    ['a space without width', 'a\u200bb', 1, 'U+200B'],
    ['a soft hyphen', 'a\u00adb', 1, 'U+00AD'],
    ['a filler that looks like nothing', 'a\u3164', 1, 'U+3164'],
    ['letters for machines only', 'a\u{e0041}', 1, 'U+E0041'],
    ['half a character', 'a\ud800b', 1, 'U+D800'],
    ['a byte order mark', '\ufeffa', 0, 'byte order mark'],
    ['one within', 'a\ufeff', 1, 'U+FEFF'],
    ['letters in parts', 'cafe\u0301', 3, 'NFC'],
    ['a pile of marks', `a${'\u0301\u0316'.repeat(200_000)}`, 1, 'piled'],
  ])('may not hold %s', (_, text, offset, message) => {
    expect(unfitFile(text)).toMatchObject({ offset, message: expect.stringContaining(message) });
  });
});

test('a policy holds what joins letters only in its comments', () => {
  expect(unfitPolicy('// ⚠️\npermit(a);')).toBeNull();
  expect(unfitPolicy('permit("p\u200dii");')).toMatchObject({ offset: 9 });
  expect(unfitPolicy('permit // ⚠️\n("⚠️");')).toMatchObject({ offset: 16 });
});

describe('a name', () => {
  test.each(['', 'a', 'crm/get customer', 'é', '漢', '"quoted"', 'a\u{1f600}'])('may be %j', (name) => {
    expect(unfitName(name)).toBeNull();
  });

  test.each([
    'a\n',
    'a\tb',
    'a\u00a0b',
    'a\u3000',
    'a\u200d',
    'e\u0301',
    'a\0',
    '\u202ea',
    `a${'\u0301'.repeat(40)}`,
  ])('may not be %j', (name) => {
    expect(unfitName(name)).toMatch(/^it /);
  });
});

test('prose may have lines and joiners, and nothing that hides', () => {
  expect(unfitProse('one\ntwo ⚠️')).toBeNull();
  expect(unfitProse('one \u202etwo')).toContain('U+202E');
});
