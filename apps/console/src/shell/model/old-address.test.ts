import { expect, test } from 'vitest';
import { parseOldAddress } from './old-address.ts';

const hex = '0123456789abcdef0123456789abcdef';

test.each([
  [`?call=call_${hex}`, `/calls/call_${hex}`],
  [`?approval=apr_${hex}`, `/approvals/apr_${hex}`],
  [`?change=chg_${hex}`, `/policies/changes/chg_${hex}`],
  ['?view=policies', '/policies'],
])('%s means %s now', (search, path) => {
  expect(parseOldAddress(search)).toBe(path);
});

test.each([
  '',
  '?call=',
  '?call=1',
  '?view=x',
  `?change=call_${hex}`,
  `?call=apr_${hex}`,
  `?approval=call_${hex}`,
  `?call=call_${hex}/../x`,
])('`%s` means no page', (search) => {
  expect(parseOldAddress(search)).toBeNull();
});
