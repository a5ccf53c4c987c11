import { expect, test } from 'vitest';
import { askedFor } from './exports.ts';

test.each([
  [null, { chain: null, rest: null }],
  ['{}', { chain: null, rest: null }],
  ['{"chain":"chn_1"}', { chain: 'chn_1', rest: null }],
  [
    '{"chain":"chn_1","disclose":"all","withhold":[],"from":3}',
    { chain: 'chn_1', rest: 'disclose all, from 3' },
  ],
  ['{"calls":"","disclose":["request"]}', { chain: null, rest: 'disclose ["request"]' }],
  ['{"policy":"p","untold":2}', { rest: 'policy p', untold: 2 }],
  ['not JSON', { chain: null, rest: 'not JSON' }],
  ['[1]', { chain: null, rest: '[1]' }],
])('what was asked for by %s is %o', (query, told) => {
  expect(askedFor(query)).toEqual({ chain: null, untold: 0, ...told });
});
