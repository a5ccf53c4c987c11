import { describe, expect, test } from 'vitest';
import { textsIn } from './texts.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const SECRET = 'ines@northwind.example, and more';

describe('looks into', () => {
  test.each([
    ['base64', base64(SECRET)],
    ['base64 for URLs', Buffer.from(`${SECRET}??>>`).toString('base64url')],
    ['base64 in lines', `${base64(SECRET).slice(0, 20)}\r\n${base64(SECRET).slice(20)}\n`],
    ['a data URI', `data:text/plain;charset=utf-8;base64,${base64(SECRET)}`],
    ['base64 of base64', base64(base64(SECRET))],
    ['base64 of JSON', base64(JSON.stringify({ mail: SECRET }))],
    ['JSON of base64', JSON.stringify([base64(SECRET)])],
  ])('%s', (_, text) => {
    expect(textsIn(JSON.stringify({ text }))?.some((each) => each.includes('ines@northwind.example'))).toBe(
      true,
    );
  });

  test('base64 alone, as prose', () => {
    expect(textsIn(base64(SECRET))).toContain(SECRET);
  });
});

test.each([
  ['a word', 'internationalization'],
  ['an id', '4f6d2c7a9b1e4d3f8a5c6b7d8e9f0a1b'],
  [
    'bytes that are no text',
    Buffer.from([0, 1, 2, 3, 250, 251, 252, 253, 254, 255, 0, 1]).toString('base64'),
  ],
  ['a short string', base64('hello')],
])('%s is what it is', (_, text) => {
  expect(textsIn(JSON.stringify({ text }))).toEqual(['text', text]);
});

describe('nobody can say what stands in', () => {
  const twice = '{"a":1,"a":2}';
  test.each([
    ['JSON with a member twice', twice],
    ['such JSON within a string', JSON.stringify({ text: twice })],
    ['such JSON within JSON within a string', JSON.stringify({ text: JSON.stringify({ inner: twice }) })],
    ['such JSON in base64', JSON.stringify({ text: base64(twice) })],
  ])('%s', (_, json) => {
    expect(textsIn(json)).toBeNull();
  });

  test('what goes deeper than is looked', () => {
    let json = '["x"]';
    for (let depth = 0; depth < 4; depth += 1) json = JSON.stringify([json]);
    expect(textsIn(json)).not.toBeNull();
    expect(textsIn(JSON.stringify([json]))).toBeNull();
  });
});

test('prose that looks like JSON and is none is prose', () => {
  expect(textsIn(JSON.stringify(['{not json', '"quoted" words']))).toEqual(['{not json', '"quoted" words']);
});
