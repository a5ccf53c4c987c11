import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mapInput } from './input.ts';
import { parseObject } from './json.ts';
import { mapInputSchema } from './schema/json-schema.ts';

const { input: TYPE } = mapInputSchema('s/t', {
  type: 'object',
  required: ['n'],
  properties: {
    n: { type: 'integer' },
    d: { type: 'number' },
    list: { type: 'array', items: { type: 'object', properties: { a: { type: 'string' } } } },
    r: { type: 'object', properties: { a: { type: 'string' } } },
    __proto__x: { type: 'string' },
  },
});

function map(text: string): { value: unknown; lost: string[] } {
  const parsed = parseObject(text);
  if (!parsed.ok) throw new Error(parsed.why);
  const { value, unrepresentable } = mapInput(parsed.value, TYPE);
  return {
    value: JSON.parse(JSON.stringify(value)),
    lost: unrepresentable.map(({ path, why }) => `${path.join('.')}: ${why}`),
  };
}

test('values take the types of the schema', () => {
  expect(map('{"n": 1e2, "d": 3, "list": [{"a": "x"}, {}], "r": {"a": "y"}}')).toEqual({
    value: { n: 100, d: { __extn: { fn: 'decimal', arg: '3.0' } }, list: [{ a: 'x' }, {}], r: { a: 'y' } },
    lost: [],
  });
});

describe('what is lost', () => {
  test.each([
    ['{"n": 1.5}', 'input.n: it is not an integer within 2^53'],
    ['{"n": null}', 'input.n: it is not a number'],
    ['{"n": {"lexeme": "1"}}', 'input.n: it is not a number'],
    ['{}', 'input.n: it is required and missing'],
    ['{"n": 1, "x": 1}', 'input.x: it has no Cedar type'],
    ['{"n": 1, "__proto__": {"x": 1}}', 'input.__proto__: it has no Cedar type'],
    ['{"n": 1, "constructor": 1}', 'input.constructor: it has no Cedar type'],
    ['{"n": 1, "r": {"a": 1}}', 'input.r.a: it is not a string'],
    ['{"n": 1, "r": {"a": "\\ud800"}}', 'input.r.a: it is not well-formed Unicode'],
    ['{"n": 1, "r": []}', 'input.r: it is not an object'],
    ['{"n": 1, "list": {"0": {}}}', 'input.list: it is not an array'],
    ['{"n": 1, "list": [{"a": 1}]}', 'input.list: an element cannot be represented: it is not a string'],
    ['{"n": 1, "list": [{"b": 1}]}', 'input.list: an element cannot be represented: it has no Cedar type'],
  ])('of %s is named', (text, want) => {
    expect(map(text).lost).toEqual([want]);
  });

  test('beyond a few hundred members is their whole record', () => {
    const text = JSON.stringify({
      n: 1,
      ...Object.fromEntries(Array.from({ length: 201 }, (_, at) => [`k${at}`, at])),
    });
    expect(map(text).lost).toEqual(['input: more than 200 of its members cannot be represented']);
  });
});

describe("Cedar's escapes", () => {
  test('are refused wherever they stand, and only they are', () => {
    const hidden = fc.letrec<{ json: unknown }>((tie) => ({
      json: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom('__entity', 1, null),
        fc.array(tie('json'), { maxLength: 3 }),
        fc.dictionary(
          fc.constantFrom('a', 'b', '__proto__', '__entity', '__extn', '__expr', '__Entity'),
          tie('json'),
        ),
      ),
    })).json;
    fc.assert(
      fc.property(hidden, (json) => {
        const text = JSON.stringify({ n: 1, x: json });
        const isHostile = /"__(?:entity|extn|expr)":/.test(text);
        expect(parseObject(text).ok).toBe(!isHostile);
      }),
    );
  });

  test('are refused when they are written with escapes of their own', () => {
    expect(parseObject('{"\\u005f\\u005fentity": {"type": "User", "id": "root"}}')).toMatchObject({
      ok: false,
    });
  });
});

test('text that is no object is refused', () => {
  for (const text of ['', 'null', '1', '"x"', '[]', '{', 'NaN']) expect(parseObject(text).ok).toBe(false);
});
