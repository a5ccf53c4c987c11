// Whatever a server says of its arguments, reading it ends, soon, in types and listed omissions.

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Cedar, openCedar } from '../cedar-door.ts';
import { counted } from '../testing/counting.ts';
import { sha256Hex } from '../testing/facts.ts';
import { hostileName, hostileSchema } from '../testing/hostile.ts';
import { MAX_STEPS } from './budget.ts';
import { buildSchema } from './build.ts';
import { mapInputSchema } from './json-schema.ts';
import type { InputType, PolicySchema } from './types.ts';

/** Every list is looked over once before its length is charged, and a property is looked at by several keywords. */
const MAX_READS = 40 * MAX_STEPS;

const many = <T>(count: number, item: (at: number) => T): T[] =>
  Array.from({ length: count }, (_, at) => item(at));
const properties = (count: number, schema: unknown, prefix = 'p') =>
  Object.fromEntries(many(count, (at) => [`${prefix}${at}`, schema]));
const toBig = { $ref: '#/$defs/big' };
const object = (rest: object) => ({ type: 'object', ...rest });

function nested(depth: number, wrap: (inner: unknown) => unknown): unknown {
  let schema: unknown = { type: 'string' };
  for (let at = 0; at < depth; at += 1) schema = wrap(schema);
  return schema;
}

function chain(length: number, width: number): object {
  const definitions: Record<string, unknown> = { d0: { type: 'string' } };
  for (let at = 1; at <= length; at += 1)
    definitions[`d${at}`] = object({ properties: properties(width, { $ref: `#/$defs/d${at - 1}` }) });
  return { $ref: `#/$defs/d${length}`, $defs: definitions };
}

describe('the work is bounded, and what is left out for it is listed', () => {
  test.each<[string, unknown]>([
    ['references that multiply', chain(14, 8)],
    [
      'many references to many names that are never typed',
      object({
        properties: properties(5_000, toBig),
        $defs: { big: object({ properties: properties(10_000, true, '\ud800') }) },
      }),
    ],
    [
      'many references to a long enum',
      object({ properties: properties(5_000, toBig), $defs: { big: { enum: many(50_000, String) } } }),
    ],
    [
      'many references to a long list of types',
      object({
        properties: properties(5_000, toBig),
        $defs: { big: { type: many(50_000, () => 'string') } },
      }),
    ],
    [
      'many references to a long list of required names',
      object({ properties: properties(5_000, toBig), $defs: { big: { required: many(50_000, String) } } }),
    ],
    [
      'many schemas at once, each of many properties',
      object({
        properties: properties(5_000, { allOf: many(60, () => toBig) }),
        $defs: { big: object({ properties: properties(5_000, true) }) },
      }),
    ],
    ['unions of unions', nested(12, (inner) => ({ anyOf: many(60, () => inner) }))],
    [
      'unions of records that multiply by reference',
      object({
        properties: properties(500, { anyOf: many(60, () => toBig) }),
        $defs: { big: object({ properties: properties(200, { type: 'string' }) }) },
      }),
    ],
    [
      'a chain of ten thousand references',
      {
        $ref: '#/$defs/d0',
        $defs: Object.fromEntries(many(10_000, (at) => [`d${at}`, { $ref: `#/$defs/d${at + 1}` }])),
      },
    ],
    ['ten thousand properties', object({ properties: properties(10_000, { type: 'string' }) })],
    ['names of a megabyte', object({ properties: { ['n'.repeat(1_000_000)]: { type: 'string' } } })],
  ])('%s', (_, schema) => {
    const { value, reads } = counted(schema);
    const { omissions } = mapInputSchema('s/t', value);
    expect(reads()).toBeLessThan(MAX_READS);
    expect(omissions.length).toBeGreaterThan(0);
    expect(JSON.stringify(omissions).length).toBeLessThan(200_000);
  });

  test.each<[string, (inner: unknown) => unknown]>([
    ['objects', (inner) => object({ properties: { a: inner } })],
    ['lists', (inner) => ({ type: 'array', items: inner })],
    ['unions', (inner) => ({ anyOf: [inner, { type: 'string' }] })],
    ['single alternatives', (inner) => ({ oneOf: [inner, { type: 'null' }] })],
    ['allOf', (inner) => ({ allOf: [inner] })],
  ])('a thousand nested %s', (_, wrap) => {
    const { value, reads } = counted(nested(1_000, wrap));
    const { omissions } = mapInputSchema(
      's/t',
      object({ properties: { deep: value, ok: { type: 'string' } } }),
    );
    expect(reads()).toBeLessThan(10_000);
    expect(omissions).toHaveLength(1);
  });

  test('a server of a thousand hostile tools costs no more than a few, and loses none of its tools', () => {
    const hostile = chain(14, 8);
    const inputSchema = { type: 'object', properties: { a: { type: 'string' } } };
    const tools = [
      { name: 'a', inputSchema },
      ...many(1_000, (at) => ({ name: `hostile${at}`, inputSchema: hostile })),
    ];
    const servers = [
      { name: 'bad', tools },
      { name: 'good', tools: [{ name: 'a', inputSchema }] },
    ];
    const built = buildSchema({ servers, groups: [], teams: [] }, sha256Hex);
    expect(built.tools.size).toBe(1_002);
    expect(atomsOf(built)).toBeLessThan(200_000);
    for (const tool of ['bad/a', 'good/a']) expect(built.tools.get(tool)?.attributes.size).toBe(1);
    expect(built.omissions.at(-1)?.why).toMatch(/whole server/);
  });
});

function atomsOf({ tools }: PolicySchema): number {
  const size = (type: InputType): number =>
    type.kind === 'set'
      ? 1 + size(type.element)
      : type.kind === 'record'
        ? [...type.attributes.values()].reduce((sum, { type: of }) => sum + size(of), 1)
        : 1;
  return [...tools.values()].reduce((sum, type) => sum + size(type), 0);
}

describe('whatever a server says', () => {
  const cedar: Cedar = openCedar();

  test('every tool with a speakable name has an action, every other is listed, and Cedar takes the schema', () => {
    const tool = fc.record({ name: hostileName, inputSchema: hostileSchema });
    fc.assert(
      fc.property(fc.array(tool, { maxLength: 4 }), (tools) => {
        const good = {
          name: 'good',
          tools: [{ name: 'ok', inputSchema: { properties: { a: { type: 'string' } } } }],
        };
        const built = buildSchema(
          { servers: [{ name: 'srv', tools }, good], groups: [], teams: [] },
          sha256Hex,
        );
        const names = new Set(tools.map(({ name }) => name));
        for (const name of names) {
          const isListed = built.omissions.some(({ tool: id }) => id === `srv/${name}`);
          expect(built.tools.has(`srv/${name}`)).toBe(name.isWellFormed());
          expect(name.isWellFormed() || isListed).toBe(true);
        }
        expect(built.tools.get('good/ok')?.attributes.size).toBe(1);
        expect(cedar.checkParseSchema(built.json)).toEqual({ type: 'success' });
      }),
      { numRuns: 300 },
    );
  });

  test('a property of an object is typed or listed, never lost', () => {
    fc.assert(
      fc.property(fc.dictionary(hostileName, hostileSchema, { maxKeys: 6 }), (described) => {
        const { input, omissions } = mapInputSchema('s/t', { type: 'object', properties: described });
        for (const name of Object.keys(described)) {
          const pointer = `/properties/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
          const isListed = omissions.some((omission) => omission.pointer.startsWith(pointer));
          expect(input.attributes.has(name) || isListed).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('reading it twice gives the same', () => {
    fc.assert(
      fc.property(hostileSchema, (schema) => {
        expect(mapInputSchema('s/t', schema)).toEqual(mapInputSchema('s/t', structuredClone(schema)));
      }),
    );
  });
});
