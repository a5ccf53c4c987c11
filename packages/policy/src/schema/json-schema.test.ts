import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openCedar } from '../cedar-door.ts';
import { byCodeUnits } from '../reserved.ts';
import { schemaOf } from '../testing/set-up.ts';
import { mapInputSchema } from './json-schema.ts';
import type { InputType } from './types.ts';

/** A type as short text: `{a:string, b?:[long]}`. */
function show(type: InputType): string {
  if (type.kind === 'set') return `[${show(type.element)}]`;
  if (type.kind !== 'record') return type.kind;
  const parts = [...type.attributes]
    .sort(([a], [b]) => byCodeUnits(a, b))
    .map(([name, { type, required }]) => `${name}${required ? '' : '?'}:${show(type)}`);
  return `{${parts.join(', ')}}`;
}

function mapped(schema: unknown): { type: string; omitted: string[] } {
  const { input, omissions } = mapInputSchema('s/t', schema);
  return { type: show(input), omitted: omissions.map(({ pointer, why }) => `${pointer} ${why}`) };
}

/** Maps one property `x`. */
const property = (schema: unknown, definitions: unknown = {}): { type: string; omitted: string[] } =>
  mapped({ type: 'object', properties: { x: schema }, $defs: definitions });

describe('what has a Cedar type', () => {
  test.each<[string, unknown, string]>([
    ['a string', { type: 'string', format: 'date' }, 'string'],
    ['an integer', { type: 'integer' }, 'long'],
    ['a number', { type: 'number' }, 'decimal'],
    ['an integer or number', { type: ['integer', 'number'] }, 'decimal'],
    ['a boolean', { type: 'boolean' }, 'boolean'],
    ['a nullable', { type: ['string', 'null'] }, 'string'],
    ['a nullable by anyOf', { anyOf: [{ type: 'integer' }, { type: 'null' }] }, 'long'],
    [
      'a nullable record by oneOf',
      { oneOf: [{ type: 'null' }, { properties: { a: { type: 'string' } } }] },
      '{a?:string}',
    ],
    ['an enum of strings', { enum: ['a', 'b', null] }, 'string'],
    ['an enum of integers', { enum: [1, 2] }, 'long'],
    ['an enum of numbers', { enum: [1, 2.5] }, 'decimal'],
    ['a constant', { const: true }, 'boolean'],
    ['constants by oneOf', { oneOf: [{ const: 'a' }, { const: 'b', title: 'B' }] }, 'string'],
    ['an array', { type: 'array', items: { type: 'string' } }, '[string]'],
    [
      'an array of records',
      { type: 'array', items: { type: 'object', properties: { a: { type: 'integer' } } } },
      '[{a?:long}]',
    ],
    ['a record without a type', { properties: { a: { type: 'string' } }, required: ['a'] }, '{a:string}'],
    [
      'a record that constrains itself',
      {
        type: 'object',
        properties: { a: { type: 'string' } },
        anyOf: [{ required: ['a'] }, { required: ['b'] }],
      },
      '{a?:string}',
    ],
    ['a reference', { $ref: '#/$defs/ok' }, '{n:long}'],
    ['a reference with escapes', { $ref: '#/$defs/o~1k%20' }, 'string'],
    [
      'allOf of records',
      { allOf: [{ $ref: '#/$defs/ok' }, { properties: { b: { type: 'string' } }, required: ['b'] }] },
      '{b:string, n:long}',
    ],
    ['allOf of a number and an integer', { allOf: [{ type: 'number' }, { type: 'integer' }] }, 'long'],
    ['a type with a true beside it', { allOf: [{ type: 'string' }, true, {}] }, 'string'],
    ['an integer, also where it is written 1.0', { enum: [1.0, 2] }, 'long'],
    ['a nullable constant', { anyOf: [{ enum: ['a', 'b'] }, { const: null }] }, 'string'],
    ['a nullable as OpenAPI writes it', { type: 'string', nullable: true }, 'string'],
    ['a nullable reference', { anyOf: [{ $ref: '#/$defs/ok' }, { type: 'null' }] }, '{n:long}'],
    ['an array without a type', { items: { type: 'string' } }, '[string]'],
    [
      'what is not, or is only sometimes',
      { type: 'string', not: { type: 'null' }, if: { const: 'a' } },
      'string',
    ],
    ['a kind beside a union', { type: 'string', anyOf: [{ format: 'date' }, { format: 'time' }] }, 'string'],
    [
      'a union that another schema narrows',
      { allOf: [{ type: ['string', 'integer'] }, { type: 'string' }] },
      'string',
    ],
    ['references to enums of one kind', { oneOf: [{ $ref: '#/$defs/a' }, { $ref: '#/$defs/b' }] }, 'string'],
    [
      'lists of one kind',
      { anyOf: [{ items: { type: 'integer' } }, { type: 'array', items: { enum: [1, 2] } }] },
      '[long]',
    ],
    [
      'a union of records: what all require is required',
      {
        oneOf: [
          {
            properties: { kind: { const: 'card' }, number: { type: 'string' } },
            required: ['kind', 'number'],
          },
          { properties: { kind: { const: 'cash' }, drawer: { type: 'integer' } }, required: ['kind'] },
        ],
      },
      '{drawer?:long, kind:string, number?:string}',
    ],
    [
      'a record with members of its own, and of alternatives',
      {
        type: 'object',
        properties: { kind: { type: 'string' } },
        required: ['kind', 'to'],
        oneOf: [
          { properties: { kind: { const: 1 }, to: { type: 'string' } } },
          { properties: { to: { type: 'string' }, cc: { items: { type: 'string' } } } },
        ],
      },
      '{cc?:[string], kind:string, to:string}',
    ],
    [
      'one property that two schemas describe',
      {
        allOf: [
          { properties: { a: { properties: { x: { type: 'string' } }, required: ['x'] } } },
          { properties: { a: { properties: { y: { type: 'integer' } } } } },
        ],
      },
      '{a?:{x:string, y?:long}}',
    ],
  ])('%s', (_, schema, want) => {
    const definitions = {
      ok: { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] },
      a: { enum: ['x', 'y'] },
      b: { const: 'z' },
      'o/k ': { type: 'string' },
    };
    expect(property(schema, definitions)).toEqual({
      type: `{x?:${want}}`,
      omitted: [],
    });
  });
});

describe('what is left out, and listed', () => {
  test.each<[string, unknown, string]>([
    ['a union', { type: ['string', 'integer'] }, '/properties/x a union of types has no Cedar type'],
    [
      'a union by anyOf',
      { anyOf: [{ type: 'string' }, { type: 'object' }] },
      '/properties/x a union of types has no Cedar type',
    ],
    [
      'a union of a record and a list',
      { oneOf: [{ type: 'object' }, { type: 'array', items: { type: 'string' } }] },
      '/properties/x a union of types has no Cedar type',
    ],
    [
      'a union without alternatives',
      { anyOf: [{ type: 'null' }, { const: null }] },
      '/properties/x a union of types has no Cedar type',
    ],
    [
      'a union that is no list',
      { anyOf: { type: 'string' } },
      '/properties/x a union of types has no Cedar type',
    ],
    [
      'members on which alternatives do not agree',
      {
        oneOf: [
          { properties: { v: { type: 'string' }, ok: { type: 'string' } } },
          { properties: { v: { type: 'integer' } } },
        ],
      },
      '/properties/x/oneOf/0/v a union of types',
    ],
    [
      'members that only some alternatives of a record describe, where another is none',
      { type: 'object', anyOf: [{ properties: { a: { type: 'string' } } }, { type: 'string' }] },
      '/properties/x members that only some of its alternatives describe',
    ],
    [
      'members on a condition',
      { type: 'object', if: {}, else: { properties: { a: { type: 'string' } } } },
      '/properties/x/else members that are there on a condition',
    ],
    [
      'members that no keyword has evaluated',
      { type: 'object', unevaluatedProperties: { type: 'string' } },
      '/properties/x/unevaluatedProperties members without fixed names',
    ],
    [
      'a reference below an `$id`',
      { $id: 'https://example.com/x', type: 'object', properties: { a: { $ref: '#/properties/ok' } } },
      '/properties/x/properties/a references below an `$id` of their own',
    ],
    [
      'a reference into a schema with an `$id`, and on from there',
      { $ref: '#/$defs/named/$defs/on' },
      '/properties/x references below an `$id` of their own',
    ],
    ['an anchor', { $ref: '#anchor' }, '/properties/x only references within the schema are followed'],
    ['a recursive reference of 2019-09', { $recursiveRef: '#' }, '/properties/x dynamic references'],
    ['a tuple without a type', { prefixItems: [] }, '/properties/x a tuple has no Cedar type'],
    [
      'a tuple of draft 7',
      { type: 'array', items: [{ type: 'string' }] },
      '/properties/x a tuple has no Cedar type',
    ],
    ['no type', {}, '/properties/x no type is declared'],
    ['anything', true, '/properties/x no type is declared'],
    ['nothing', false, '/properties/x it is not a schema'],
    ['null', { type: 'null' }, '/properties/x null has no Cedar type'],
    [
      'the members of an object that declares none',
      { type: 'object' },
      '/properties/x no members are declared',
    ],
    ['an unknown type', { type: 'date' }, '/properties/x its parts describe different types'],
    [
      'a contradiction',
      { allOf: [{ type: 'string' }, { type: 'boolean' }] },
      '/properties/x its parts describe different types',
    ],
    [
      'a tuple',
      { type: 'array', prefixItems: [{ type: 'string' }] },
      '/properties/x a tuple has no Cedar type',
    ],
    [
      'an array of anything',
      { type: 'array' },
      '/properties/x the type of the array elements is not declared',
    ],
    [
      'an array of unions',
      { type: 'array', items: { type: ['string', 'integer'] } },
      '/properties/x/items a union',
    ],
    [
      'a reference to elsewhere',
      { $ref: 'https://example.com/s.json' },
      '/properties/x only references within the schema',
    ],
    ['a reference to nowhere', { $ref: '#/$defs/nope' }, '/properties/x the reference leads nowhere'],
    [
      'a reference to a prototype',
      { $ref: '#/__proto__/toString' },
      '/properties/x the reference leads nowhere',
    ],
    ['a reference to itself', { $ref: '#/properties/x' }, '/properties/x the schema is recursive'],
    ['recursion below', { $ref: '#' }, '/properties/x the schema is recursive'],
    ['a dynamic reference', { $dynamicRef: '#x' }, '/properties/x dynamic references'],
  ])('%s', (_, schema, want) => {
    const named = { $id: 'other', $defs: { on: { $ref: '#/properties/ok' } } };
    const { type, omitted } = property(schema, { named });
    expect(omitted.join('\n')).toContain(want);
    expect(type).not.toContain('undefined');
  });

  test.each(['__entity', '__extn', '__expr', 'a'.repeat(257), '\ud800'])('the name %j', (name) => {
    const { type, omitted } = mapped({
      type: 'object',
      properties: { [name]: { type: 'string' }, ok: { type: 'string' } },
    });
    expect(type).toBe('{ok?:string}');
    expect(omitted).toHaveLength(1);
  });

  test('open maps, while their fixed members stay', () => {
    const { type, omitted } = mapped({
      type: 'object',
      properties: { a: { type: 'string' } },
      additionalProperties: { type: 'string' },
    });
    expect(type).toBe('{a?:string}');
    expect(omitted).toEqual(['/additionalProperties members without fixed names have no Cedar type']);
  });

  test.each([null, 1, 'x', [], { type: 'array', items: { type: 'string' } }, { type: 'string' }])(
    'arguments described by %j are an empty record',
    (schema) => {
      expect(mapped(schema).type).toBe('{}');
      expect(mapped(schema).omitted.length).toBeGreaterThan(0);
    },
  );
});

describe('hostile schemas', () => {
  test('names like a prototype are names like any other', () => {
    const schema: unknown = JSON.parse(
      '{"type":"object","properties":{"__proto__":{"type":"string"},"constructor":{"type":"integer"}},"required":["__proto__"]}',
    );
    expect(mapped(schema).type).toBe('{__proto__:string, constructor?:long}');
  });

  test('references that would unfold to more types than there are atoms stop early', () => {
    const definitions: Record<string, unknown> = { d0: { type: 'string' } };
    for (let at = 1; at <= 14; at += 1) {
      const ref = { $ref: `#/$defs/d${at - 1}` };
      definitions[`d${at}`] = {
        type: 'object',
        properties: Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => [name, ref])),
      };
    }
    const { omissions } = mapInputSchema('s/t', { $ref: '#/$defs/d14', $defs: definitions });
    expect(omissions.at(-1)?.why).toMatch(/more than \d+ (types|steps)/);
  });

  test('deep nesting is cut, not followed', () => {
    let schema: unknown = { type: 'string' };
    for (let at = 0; at < 3_000; at += 1) schema = { type: 'object', properties: { a: schema } };
    expect(mapped(schema).omitted).toEqual([expect.stringMatching(/nested deeper than 16 levels/)]);
  });

  test('ten thousand properties end in a schema', () => {
    const properties = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, at) => [`p${at}`, { type: 'string' }]),
    );
    const { input } = mapInputSchema('s/t', { type: 'object', properties });
    expect(input.attributes.size).toBeGreaterThan(4_000);
  });

  test('whatever a server says, every tool has an action, and Cedar takes the schema', () => {
    const cedar = openCedar();
    const name = fc.oneof(
      fc.string(),
      fc.constantFrom('a"b', 'a\nb', 'a/b', '__proto__', '__entity', 'ｅ', '', 'Action', '__cedar'),
    );
    const { schema } = fc.letrec<{ schema: unknown }>((tie) => ({
      schema: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom(
          { type: 'string' },
          { type: 'integer' },
          { type: 'number' },
          { $ref: '#' },
          { $ref: '#/$defs/d' },
          true,
          {},
        ),
        fc.record({ type: fc.constant('array'), items: tie('schema') }),
        fc.record({
          type: fc.constant('object'),
          properties: fc.dictionary(name, tie('schema')),
          required: fc.array(name),
        }),
        fc.record({ allOf: fc.array(tie('schema')) }),
        fc.record({ anyOf: fc.array(tie('schema')) }),
        fc.record({ $defs: fc.record({ d: tie('schema') }), $ref: fc.constant('#/$defs/d') }),
        fc.jsonValue(),
      ),
    }));
    fc.assert(
      fc.property(name, schema, (tool, inputSchema) => {
        const built = schemaOf({ tools: { [`srv/${tool}`]: inputSchema } });
        expect(built.tools.size).toBe(`srv/${tool}`.isWellFormed() ? 1 : 0);
        expect(cedar.checkParseSchema(built.json)).toEqual({ type: 'success' });
      }),
      { numRuns: 300 },
    );
  });
});
