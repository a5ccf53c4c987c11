import { array, assert, integer, jsonValue, property, string, tuple, uint8Array } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createOutline, type Outline, OutlineError } from './outline.ts';

function outlineOf(bytes: Uint8Array, sizes: readonly number[] = []): Outline {
  const reader = createOutline('result');
  let at = 0;
  for (const size of sizes) {
    reader.push(bytes.subarray(at, at + size));
    at += size;
  }
  reader.push(bytes.subarray(at));
  return reader.end();
}

const kindOf = (value: unknown) =>
  Array.isArray(value) ? 'array' : typeof value === 'object' && value !== null ? 'object' : 'scalar';

describe('a text that is JSON', () => {
  test('has the members that a parser finds, however it is cut into chunks', () => {
    const message = tuple(string(), jsonValue(), jsonValue());
    assert(
      property(
        message,
        array(integer({ min: 0, max: 40 })),
        integer({ min: 0, max: 2 }),
        (said, sizes, space) => {
          const [name, value, other] = said;
          const whole = {
            jsonrpc: '2.0',
            [name]: value,
            id: 7,
            result: { other, isError: true, [name]: value },
          };
          const { members, within } = outlineOf(Buffer.from(JSON.stringify(whole, null, space)), sizes);
          const read = JSON.parse(JSON.stringify(whole)) as Record<string, unknown>;
          expect([...members.keys()].toSorted()).toEqual(Object.keys(read).toSorted());
          for (const [key, { kind }] of members) expect(kind).toBe(kindOf(read[key]));
          expect(members.get('id')?.scalar).toBe(name === 'id' ? members.get('id')?.scalar : '7');
          const result = read['result'] as Record<string, unknown>;
          const inside = kindOf(result) === 'object' ? Object.keys(result).toSorted() : [];
          expect([...within.keys()].toSorted()).toEqual(inside);
        },
      ),
    );
  });

  test('may hold megabytes of which nothing is kept', () => {
    const text = JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      result: { content: [{ text: 'ü"\\'.repeat(200_000) }] },
    });
    const { members, within } = outlineOf(Buffer.from(text), [1, 2, 3, 500_001]);
    expect(members.get('id')).toEqual({ kind: 'scalar', scalar: '1' });
    expect(within.get('content')).toEqual({ kind: 'array', scalar: null });
  });

  test('has no scalar text where that is long', () => {
    const { members } = outlineOf(Buffer.from(JSON.stringify({ id: 'x'.repeat(300) })));
    expect(members.get('id')).toEqual({ kind: 'scalar', scalar: null });
  });
});

test('whatever is no JSON object is refused, as is most of what some reader might take for one', () => {
  assert(
    property(uint8Array({ maxLength: 40 }), (bytes) => {
      let parsed: unknown = null;
      try {
        parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
      } catch {
        parsed = null;
      }
      const isObject = kindOf(parsed) === 'object';
      let refused: unknown = null;
      try {
        outlineOf(bytes);
      } catch (error) {
        refused = error;
      }
      expect(isObject || refused instanceof OutlineError).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ['', 'nothing'],
  ['[]', 'a list'],
  ['1', 'a number'],
  ['{"id":1', 'an end too soon'],
  ['{"id":1}{"id":2}', 'two texts'],
  ['{"id":1}x', 'something behind it'],
  ['{"id":1,"id":2}', 'a member twice'],
  ['{"id":1,"i\\u0064":2}', 'a member twice, once escaped'],
  ['{"result":{"isError":false,"isError":true}}', 'a member of the result twice'],
  ['{/* "id":1 */"id":2}', 'a comment'],
  ["{'id':1}", 'other quotes'],
  ['{"id":1]', 'a bracket that was not opened'],
  ['{"id" 1}', 'no colon'],
  ['{"id":}', 'no value'],
  ['{"id":1,}', 'a comma before the end'],
  ['{"a":[1,]}', 'a comma before the end of a list'],
  ['{,}', 'a comma alone'],
  ['{"a":[1 2]}', 'no comma'],
  ['{"id":01}', 'a number with a zero before it'],
  ['{"id":"a\nb"}', 'a line break in a string'],
  ['\ufeff{"id":1}', 'a byte order mark'],
  [`{"a":${'['.repeat(600)}`, 'too deep a nest'],
])('%s is refused: %s', (text) => {
  expect(() => outlineOf(Buffer.from(text))).toThrow(OutlineError);
});

test('bytes that are no UTF-8 are refused, also where a character ends in no chunk', () => {
  expect(() => outlineOf(Buffer.from([0x7b, 0x22, 0xff, 0x22]))).toThrow(OutlineError);
  const bytes = Buffer.from('{"a":"ü"}');
  expect(outlineOf(bytes, [7]).members.has('a')).toBe(true);
});
