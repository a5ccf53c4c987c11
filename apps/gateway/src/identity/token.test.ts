import { describe, expect, test } from 'vitest';
import { readCredentials } from './token.ts';

describe('the credentials of a request', () => {
  test('are the one authorization and the one call token', () => {
    const headers = [
      ['Host', 'x'],
      ['AUTHORIZATION', 'Bearer a'],
      ['Countersign-Call-Token', 'b'],
    ] as const;
    expect(readCredentials(headers)).toEqual({
      ok: true,
      value: { authorization: 'Bearer a', callToken: 'b' },
    });
    expect(readCredentials([['Cookie', 'a=b']])).toEqual({
      ok: true,
      value: { authorization: null, callToken: null },
    });
  });

  test.each<[string, [string, string][], string]>([
    [
      'two authorizations',
      [
        ['Authorization', 'Bearer a'],
        ['authorization', 'Bearer a'],
      ],
      'ambiguous_credentials',
    ],
    [
      'an empty and a good authorization',
      [
        ['Authorization', ''],
        ['authorization', 'Bearer a'],
      ],
      'ambiguous_credentials',
    ],
    [
      'two call tokens',
      [
        ['Countersign-Call-Token', 'a'],
        ['countersign-call-token', 'b'],
      ],
      'ambiguous_credentials',
    ],
    [
      'a cookie beside a token',
      [
        ['Authorization', 'Bearer a'],
        ['cookie', 'session=1'],
      ],
      'ambiguous_credentials',
    ],
    ['an endless call token', [['Countersign-Call-Token', 'a'.repeat(8193)]], 'malformed_request'],
  ])('are refused with %s', (_, headers, code) => {
    expect(readCredentials(headers)).toMatchObject({ ok: false, error: { code } });
  });
});
