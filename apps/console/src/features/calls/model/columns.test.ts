import { describe, expect, test } from 'vitest';
import { type ColumnName, COLUMNS, columnsOf, columnsText, readColumns, USUAL, widthsOf } from './columns.ts';
import { readCallsSearch } from './search.ts';

describe('the columns that an address names', () => {
  test('are said only where they are not the usual ones', () => {
    expect(columnsText(USUAL)).toBeUndefined();
    expect(columnsText([...USUAL].toReversed())).toBeUndefined();
    expect(columnsText(['owner', 'time'])).toBe('time,owner');
    expect(columnsText([])).toBe('call');
  });

  const choices: readonly (readonly ColumnName[])[] = [
    [],
    COLUMNS,
    ['time', 'owner', 'duration'],
    ...COLUMNS.map((name) => [name]),
  ];
  test.each(choices.map((chosen) => [chosen]))('are read as they were said: %s', (chosen) => {
    expect(columnsOf(readColumns(columnsText(chosen)))).toEqual(chosen);
  });

  test.each([
    ['owner,nonsense,time,owner', 'time,owner'],
    ['nonsense', undefined],
    ['', undefined],
    ['call', 'call'],
    ['toString,constructor', undefined],
    [USUAL.join(), undefined],
    [7, undefined],
    [['time'], undefined],
    [null, undefined],
  ])('of %j are %s: what is not known is dropped', (said, columns) => {
    expect(readColumns(said)).toBe(columns);
    expect(readCallsSearch({ columns: said, q: 'agent:a' })).toEqual({
      q: 'agent:a',
      ...(columns === undefined ? {} : { columns }),
    });
  });
});

describe('the widths of columns', () => {
  const chosen = (...names: Parameters<typeof widthsOf>[0]): readonly number[] =>
    [...widthsOf(names).values()].map(Number.parseFloat);

  test.each([[[]], [['time']], [USUAL], [COLUMNS]] as const)(
    'fill the list, whatever was chosen: %s',
    (names) => {
      expect(chosen(...names).reduce((sum, each) => sum + each, 0)).toBeCloseTo(100, 1);
    },
  );

  test('leave most to the call', () => {
    const widths = widthsOf(COLUMNS);
    expect(Math.max(...chosen(...COLUMNS))).toBe(Number.parseFloat(widths.get('call') ?? ''));
  });
});
