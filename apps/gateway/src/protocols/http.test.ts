import { describe, expect, test } from 'vitest';
import { bodyType } from './http.ts';

const typeOf = (header: string) => {
  const type = bodyType(new Map([['content-type', header]]));
  return type.ok ? type.value : type.error.code;
};

describe('what a body says that it is', () => {
  test.each([
    ['application/json', 'application/json'],
    ['Application/JSON ; Charset = "UTF-8"', 'application/json'],
    ['application/json;charset=utf8; profile=x', 'application/json'],
    ['', ''],
  ])('%s is read as %s', (header, type) => {
    expect(typeOf(header)).toBe(type);
  });

  test('is nothing where there is no header', () => {
    expect(bodyType(new Map())).toEqual({ ok: true, value: '' });
  });

  test.each([
    'application/json;charset=utf-7',
    'application/json; charset=utf-16le',
    'application/json;charset=utf-8;charset=utf-7',
    'application/json; CHARSET="utf\\-7"',
    "application/json; charset*=''utf-7",
    'application/json; charset*0=utf; charset*1=-7',
    'application/json; x="; charset=utf-7"',
    'application/json; charset=',
  ])('is not taken where a server could read the bytes otherwise: %s', (header) => {
    expect(typeOf(header)).toBe('not_acceptable');
  });
});
