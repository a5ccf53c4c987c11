import { expect, test } from 'vitest';
import { hrefOf, parseSelection, type Selection } from './selection.ts';

const hex = '0123456789abcdef0123456789abcdef';

test.each<Selection>([
  { kind: 'call', id: `call_${hex}` },
  { kind: 'approval', id: `apr_${hex}` },
  { kind: 'change', id: `chg_${hex}` },
  { kind: 'view', id: 'policies' },
])('reads back the address that it writes for $kind', (selection) => {
  expect(parseSelection(new URL(hrefOf(selection), 'http://console.test').search)).toEqual(selection);
});

test('selects nothing at the page itself', () => {
  expect(parseSelection('')).toBeNull();
  expect(hrefOf(null)).toBe('/');
});

test.each([
  '?call=',
  '?call=1',
  '?view=x',
  `?change=call_${hex}`,
  `?call=apr_${hex}`,
  `?approval=call_${hex}`,
  `?call=call_${hex}/../x`,
])('selects nothing for %s', (search) => {
  expect(parseSelection(search)).toBeNull();
});
