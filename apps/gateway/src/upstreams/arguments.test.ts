import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../protocols/json/types.ts';
import { createArgumentChecker } from './arguments.ts';

const checker = createArgumentChecker();
const check = (inputSchema: JsonObject, args: unknown): string | null => checker.check({ inputSchema }, args);

const PAY: JsonObject = {
  type: 'object',
  properties: {
    vendor: { type: 'string', minLength: 1 },
    amountCents: { type: 'integer', minimum: 1 },
    lines: { type: 'array', items: { type: 'object', required: ['sku'] } },
  },
  required: ['vendor', 'amountCents'],
  additionalProperties: false,
};

describe('arguments', () => {
  it('that fit the schema pass', () => {
    expect(check(PAY, { vendor: 'acme', amountCents: 1200, lines: [{ sku: 'a' }] })).toBeNull();
    expect(check({}, { anything: true })).toBeNull();
  });

  it.each<[string, JsonObject, unknown, string]>([
    ['of a wrong type', PAY, { vendor: 'acme', amountCents: '1200' }, 'amountCents'],
    ['out of range', PAY, { vendor: 'acme', amountCents: 0 }, 'amountCents'],
    ['that are missing', PAY, { vendor: 'acme' }, 'amountCents'],
    ['that nobody knows', PAY, { vendor: 'acme', amountCents: 1, urgent: true }, 'urgent'],
    ['deep inside', PAY, { vendor: 'acme', amountCents: 1, lines: [{ sku: 'a' }, {}] }, '#/lines/1'],
    ['named like a member of every object', { type: 'object', required: ['toString'] }, {}, 'toString'],
  ])('%s do not', (_name, schema, args, where) => {
    const problem = check(schema, args);
    expect(problem).toContain("do not fit the tool's input schema");
    expect(problem).toContain(where);
  });

  it('that are optional may be null, as clients write what they do not give', () => {
    expect(check(PAY, { vendor: 'acme', amountCents: 1, lines: null })).toBeNull();
    const nullable = { properties: { a: { type: ['string', 'null'] } }, required: ['a'] };
    expect(check(nullable, { a: null })).toBeNull();
    const needy = { properties: { a: { type: 'string' } }, dependentRequired: { b: ['a'] } };
    expect(check(needy, { a: null, b: 1 })).not.toBeNull();
  });

  it.each<[string, JsonObject, unknown]>([
    ['are required', PAY, { vendor: 'acme', amountCents: null }],
    ['are not declared', PAY, { vendor: 'acme', amountCents: 1, urgent: null }],
    ['stand deeper', PAY, { vendor: 'acme', amountCents: 1, lines: [null] }],
    ['are all of them', PAY, null],
  ])('that %s may not', (_name, schema, args) => {
    expect(check(schema, args)).toContain("do not fit the tool's input schema");
  });

  it('are checked in the dialect that the schema names', () => {
    const tuple = { properties: { a: { items: [{ type: 'string' }] } } };
    expect(
      check({ $schema: 'http://json-schema.org/draft-07/schema#', ...tuple }, { a: [1] }),
    ).not.toBeNull();
    const prefix = { properties: { a: { prefixItems: [{ type: 'string' }] } } };
    expect(
      check({ $schema: 'https://json-schema.org/draft/2020-12/schema', ...prefix }, { a: [1] }),
    ).not.toBeNull();
    expect(check(prefix, { a: [1] })).not.toBeNull();
  });

  it('follow references inside of the schema', () => {
    const schema = {
      properties: { node: { $ref: '#/$defs/node' } },
      $defs: {
        node: { type: 'object', properties: { next: { $ref: '#/$defs/node' }, n: { type: 'integer' } } },
      },
    };
    expect(check(schema, { node: { next: { next: { n: 1 } } } })).toBeNull();
    expect(check(schema, { node: { next: { next: { n: 'x' } } } })).not.toBeNull();
  });
});

describe('a hostile schema lets nothing pass', () => {
  const deep = (levels: number): JsonObject => {
    let schema: JsonObject = {};
    for (let i = 0; i < levels; i++) schema = { properties: { a: schema } };
    return schema;
  };
  const doubling: JsonObject = {
    $ref: '#/$defs/n30',
    $defs: {
      n0: { not: { type: 'object' } },
      ...Object.fromEntries(
        Array.from({ length: 30 }, (_, i) => {
          const before = { $ref: `#/$defs/n${i}` };
          return [`n${i + 1}`, { anyOf: [before, before] }];
        }),
      ),
    },
  };
  it.each<[string, JsonObject, unknown]>([
    [
      'with a pattern that backtracks for ever',
      { properties: { a: { pattern: '^(a+)+$' } } },
      { a: `${'a'.repeat(50)}!` },
    ],
    [
      'with such a pattern under a harmless name',
      { properties: { default: { pattern: '^(a+)+$' } } },
      { default: `${'a'.repeat(50)}!` },
    ],
    [
      'with such a pattern for names',
      { patternProperties: { '^(a+)+$': {} } },
      { [`${'a'.repeat(50)}!`]: 1 },
    ],
    ['whose references multiply', doubling, {}],
    ['that refers to itself', { $ref: '#' }, {}],
    ['that refers to nothing', { $ref: '#/$defs/absent' }, {}],
    [
      'that refers to another host',
      { properties: { a: { $ref: 'http://169.254.169.254/latest' } } },
      { a: 1 },
    ],
    ['that refers to another file', { properties: { a: { $ref: 'other.json' } } }, {}],
    ['that is too deep', deep(100), {}],
    ['that is too large', { anyOf: Array.from({ length: 30_000 }, () => ({})) }, {}],
    ['of an unknown dialect', { $schema: 'https://example.com/own' }, {}],
    ['whose dialect is no name', { $schema: 7 }, {}],
    ['whose id is no address', { $id: 'http://[' }, {}],
    ['whose pattern is none', { properties: { a: { pattern: '(' } } }, { a: 'x' }],
    [
      'with unique items, many times',
      { properties: { a: { uniqueItems: true } } },
      { a: Array.from({ length: 50_000 }, (_, i) => ({ i })) },
    ],
  ])('%s', (_name, schema, args) => {
    const problem = check(schema, args);
    expect(problem).toContain("the tool's input schema cannot be used");
    expect(problem).not.toMatch(/\n|github\.com/);
  });

  it('and is not tried again after it ran out of time three times', () => {
    const schema = { properties: { a: { pattern: '^(a+)+$' } } };
    const evil = { a: `${'a'.repeat(50)}!` };
    expect(check(schema, { a: 'aaa' })).toBeNull();
    for (let i = 0; i < 3; i++) expect(check(schema, evil)).toContain('takes longer');
    expect(check(schema, { a: 'aaa' })).toContain('takes longer');
  });

  it('and is not changed by being used', () => {
    const schema = { type: 'object', properties: { a: { $ref: '#/$defs/a' } }, $defs: { a: {} } };
    const before = JSON.stringify(schema);
    check(schema, {});
    expect(Object.getOwnPropertyNames(schema.properties.a)).toEqual(['$ref']);
    expect(JSON.stringify(schema)).toBe(before);
  });
});
