import { describe, expect, test } from 'vitest';
import { fields, table } from './table.ts';
import { duration, safe, safeLines, time } from './text.ts';

describe('text from outside', () => {
  test.each([
    ['\u001b[31mred\u001b[0m', '\\u{1b}[31mred\\u{1b}[0m'],
    ['two\nlines', 'two\\nlines'],
    ['over\rwritten', 'over\\u{d}written'],
    ['right\u202eto left', 'right\\u{202e}to left'],
    ['zero\u200bwidth', 'zero\\u{200b}width'],
    ['\u009b2J', '\\u{9b}2J'],
    ['half \ud800', 'half \\u{d800}'],
    ['Grüße, 世界 🎉', 'Grüße, 世界 🎉'],
  ])('%j is shown as %j', (text, shown) => {
    expect(safe(text)).toBe(shown);
  });

  test('keeps its own lines where it may have some, and nothing else', () => {
    expect(safeLines('a\r\n\tb\u0007\nc')).toEqual(['a', '  b\\u{7}', 'c']);
  });
});

describe('a table', () => {
  const plain = { isColoured: false, none: 'nothing' };

  test('is aligned, whatever the cells hold', () => {
    expect(
      table(
        ['name', 'state'],
        [
          ['a', 'x'],
          ['Größe', 'y'],
        ],
        plain,
      ),
    ).toEqual(['NAME   STATE', 'a      x', 'Größe  y']);
  });

  test('says that there is nothing', () => {
    expect(table(['name'], [], plain)).toEqual(['nothing']);
  });

  test('has no colour unless it is for a person, and then never inside the data', () => {
    const rows = [[{ text: 'de\u001bny', tone: 'bad' as const }, 'x']];
    expect(table(['a', 'b'], rows, plain).join('')).not.toContain('\u001b');
    expect(table(['a', 'b'], rows, { ...plain, isColoured: true })[1]).toBe(
      '\u001b[31mde\\u{1b}ny\u001b[39m  x',
    );
  });

  test('of fields is aligned too', () => {
    expect(
      fields([
        ['id', '1'],
        ['chain', '2\n'],
      ]),
    ).toEqual(['id     1', 'chain  2\\n']);
  });
});

test('durations read as people say them', () => {
  expect([null, 850, 12_400, 3_400_000, 125_000_000].map(duration)).toEqual([
    '–',
    '850 µs',
    '12 ms',
    '3.4 s',
    '2 min 5 s',
  ]);
});

describe('times', () => {
  test('are in UTC when asked', () => {
    expect(time('2026-01-31T12:00:00.123Z', true)).toBe('2026-01-31 12:00:00Z');
    expect(time(null, true)).toBe('–');
  });

  test('else local, with an offset that leads back to the same instant', () => {
    const shown = time('2026-07-01T12:00:00.000Z', false);
    expect(shown).toMatch(/^2026-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d\d:\d\d$/);
    expect(new Date(shown.replace(' ', 'T').replace(' ', '')).toISOString()).toBe('2026-07-01T12:00:00.000Z');
  });
});
