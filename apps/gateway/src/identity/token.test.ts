import { describe, expect, test } from 'vitest';
import { readCredentials } from './token.ts';

describe('the credentials of a request', () => {
  test('are the one authorization and the one call token', () => {
    expect(
      readCredentials(['Host', 'x', 'AUTHORIZATION', 'Bearer a', 'Countersign-Call', 'b'], 'x=1'),
    ).toEqual({
      ok: true,
      value: { authorization: 'Bearer a', callToken: 'b' },
    });
    expect(readCredentials(['Cookie', 'a=b'], '')).toEqual({
      ok: true,
      value: { authorization: null, callToken: null },
    });
  });

  test.each([
    [
      'two authorizations',
      ['Authorization', 'Bearer a', 'authorization', 'Bearer a'],
      '',
      'ambiguous_credentials',
    ],
    ['two call tokens', ['Countersign-Call', 'a', 'countersign-call', 'b'], '', 'ambiguous_credentials'],
    ['a token in the query', ['Authorization', 'Bearer a'], 'access_token=a', 'ambiguous_credentials'],
    ['a token only in the query', [], 'a=b&access%5Ftoken=', 'ambiguous_credentials'],
    [
      'a cookie beside a token',
      ['Authorization', 'Bearer a', 'cookie', 'session=1'],
      '',
      'ambiguous_credentials',
    ],
    ['an endless call token', ['Countersign-Call', 'a'.repeat(8193)], '', 'malformed_request'],
  ])('are refused with %s', (_, headers, query, code) => {
    expect(readCredentials(headers, query)).toMatchObject({ ok: false, error: { code } });
  });
});
