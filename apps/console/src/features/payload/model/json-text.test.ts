import { describe, expect, test } from 'vitest';
import { LAYOUT_LIMIT, layOutJson } from './json-text.ts';

const laidOut = (text: string): string =>
  layOutJson(text)
    .map((token) => token.text)
    .join('');

describe('JSON laid out for reading', () => {
  test('keeps numbers as they were written, also those that a number type cannot hold', () => {
    const text = '{"id":12345678901234567890,"rate":1.10,"big":1e400}';
    expect(laidOut(text)).toBe('{\n  "id": 12345678901234567890,\n  "rate": 1.10,\n  "big": 1e400\n}');
  });

  test('keeps key order, escapes and spaces inside strings', () => {
    expect(laidOut('{"b" : "a \\" , \\u0041", "a":[]}')).toBe('{\n  "b": "a \\" , \\u0041",\n  "a": []\n}');
  });

  test('nests lists and objects, and keeps empty ones on their line', () => {
    expect(laidOut('{"a":[{"b":null},{}],"c":true}')).toBe(
      '{\n  "a": [\n    {\n      "b": null\n    },\n    {}\n  ],\n  "c": true\n}',
    );
  });

  test('names keys, strings, numbers and words', () => {
    const kinds = layOutJson('{"a":"b","c":-1,"d":false}')
      .filter((token) => token.kind !== 'mark')
      .map((token) => token.kind);
    expect(kinds).toEqual(['key', 'text', 'key', 'number', 'key', 'word']);
  });

  test.each(['not json at all!', '{"open":', '"unterminated', ']', ''])(
    'shows what is not JSON exactly as it came: %j',
    (text) => {
      expect(laidOut(text)).toBe(text);
    },
  );

  test('adds nothing but layout: without white space outside strings the text is the same', () => {
    const text = '{"a":{"b":[1,2,[3]],"c":""},"d":{}}';
    expect(laidOut(text).replaceAll(/\s/g, '')).toBe(text);
  });

  test('shows a text beyond the limit as received', () => {
    const text = `{"a":"${'x'.repeat(LAYOUT_LIMIT)}"}`;
    expect(layOutJson(text)).toEqual([{ kind: 'text', text }]);
  });
});
