// Our mapping of tool schemas beside Cedar's own generator, on what real servers list and on schemas of every form. On
// the tools that it accepts the two agree, but for the differences that are listed here, each with its reason.
import { buildSchema } from '@countersign/policy';
import { connectV1, type RunningProcess, startEverythingServer, startMcpServer } from '@countersign/testkit';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ListedTool, type Outline, ourOutline, theirOutline } from './published-generator.ts';

const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What the generator makes of something, what we do, and why. `none`: the attribute is left out, and listed. */
const REASONS: readonly {
  readonly theirs: readonly string[];
  readonly ours: readonly string[];
  readonly why: string;
}[] = [
  {
    theirs: ['enum'],
    ours: ['string'],
    why: 'an entity type for each enum would let arguments name entities, and its values could not be compared as text',
  },
  {
    theirs: ['datetime', 'duration', 'ipaddr', 'decimal'],
    ours: ['string'],
    why: '`format` is an annotation (JSON Schema 2020-12, 7.2.1): a value that ignores it is valid, and would be lost',
  },
  {
    theirs: ['union'],
    ours: ['string', 'long', 'decimal', 'boolean', 'record', 'set'],
    why: 'what may be null, and alternatives that agree, have a type; theirs is a record of choices that no caller sends',
  },
  {
    theirs: ['union'],
    ours: ['none'],
    why: 'a union has no Cedar type: a policy that would read it does not validate, in place of reading choices',
  },
  {
    theirs: ['unknown'],
    ours: ['string', 'long', 'boolean', 'record'],
    why: '`const`, `enum`, `allOf` and members without a `type` still say what a value is',
  },
  {
    theirs: ['unknown', 'null'],
    ours: ['none'],
    why: 'theirs is an entity that stands for anything; ours is left out, since nothing could be said of it',
  },
  {
    theirs: ['set'],
    ours: ['none'],
    why: 'a set of what has no type cannot be shown to a policy without a gap, so it is not shown',
  },
  {
    theirs: ['map'],
    ours: ['record', 'none'],
    why: 'members without fixed names would be tags of an entity made of arguments; ours are left out and listed',
  },
];

const object = (properties: object, rest: object = {}) => ({ type: 'object', properties, ...rest });
const SYNTHETIC: readonly ListedTool[] = [
  {
    name: 'scalars',
    inputSchema: object(
      { s: { type: 'string' }, i: { type: 'integer' }, n: { type: 'number' }, b: { type: 'boolean' } },
      {
        required: ['s', 'i'],
        additionalProperties: false,
        $schema: 'http://json-schema.org/draft-07/schema#',
      },
    ),
  },
  {
    name: 'nested',
    inputSchema: object({
      list: { type: 'array', items: { type: 'string' } },
      grid: { type: 'array', items: { type: 'array', items: { type: 'integer' } } },
      rows: { type: 'array', items: object({ id: { type: 'integer' } }, { required: ['id'] }) },
      deep: object({ deeper: object({ deepest: { type: 'boolean' } }) }, { required: ['deeper'] }),
    }),
  },
  {
    name: 'formats',
    inputSchema: object({
      at: { type: 'string', format: 'date-time' },
      day: { type: 'string', format: 'date' },
      long: { type: 'string', format: 'duration' },
      from: { type: 'string', format: 'ipv4' },
      price: { type: 'string', format: 'decimal' },
      site: { type: 'string', format: 'uri' },
    }),
  },
  {
    name: 'references',
    inputSchema: object(
      { a: { $ref: '#/$defs/named' }, list: { type: 'array', items: { $ref: '#/$defs/named' } } },
      { $defs: { named: object({ n: { type: 'integer' } }) } },
    ),
  },
  {
    name: 'choices',
    inputSchema: object({
      level: { type: 'string', enum: ['low', 'high'] },
      size: { type: 'integer', enum: [1, 2] },
      fixed: { const: 'x' },
      untyped: { enum: ['a', 'b'] },
      both: { allOf: [{ type: 'string' }, { minLength: 1 }] },
      perhaps: { type: ['string', 'null'] },
      maybe: { anyOf: [{ type: 'integer' }, { type: 'null' }] },
      either: { anyOf: [{ type: 'string' }, { type: 'integer' }] },
      pay: {
        oneOf: [
          object({ kind: { const: 'card' }, number: { type: 'string' } }, { required: ['kind'] }),
          object({ kind: { const: 'cash' } }, { required: ['kind'] }),
        ],
      },
      several: { type: 'array', items: { type: ['string', 'integer'] } },
    }),
  },
  {
    name: 'open',
    inputSchema: object({
      anything: {},
      nothing: { type: 'null' },
      headers: { type: 'object', additionalProperties: { type: 'string' } },
      list: { type: 'array' },
      free: { type: 'object' },
      implied: { properties: { a: { type: 'string' } } },
    }),
  },
  { name: 'tuple', inputSchema: object({ pair: { type: 'array', items: [{ type: 'string' }] } }) },
  { name: 'recursive', inputSchema: object({ next: { $ref: '#' } }) },
  { name: 'kebab-case', inputSchema: object({ a: { type: 'string' } }) },
  { name: 'dotted.name', inputSchema: object({ a: { type: 'string' } }) },
  { name: 'group/name', inputSchema: object({ a: { type: 'string' } }) },
  { name: 'if', inputSchema: object({ a: { type: 'string' } }) },
  { name: 'headers', inputSchema: object({ 'X-Request-Id': { type: 'string' } }) },
];

let folder: string;
const real = new Map<string, readonly ListedTool[]>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-tools-'));
  const ledger = join(folder, 'ledger');
  const starts: readonly (readonly [string, () => Promise<RunningProcess>])[] = [
    ['everything', () => startEverythingServer()],
    ...(['fixture', 'payments', 'crm', 'warehouse', 'mailer'] as const).map(
      (name) => [name, () => startMcpServer(name, { ledger })] as const,
    ),
  ];
  for (const [name, start] of starts) {
    const server = await start();
    const client = await connectV1(server.url, {});
    real.set(name, (await client.listTools()).tools);
    await client.close();
    await server.stop();
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function differences(theirs: Outline, ours: Outline): readonly (readonly [string, string, string])[] {
  // What is below a difference is part of it.
  const found: [string, string, string][] = [];
  for (const path of new Set([...theirs.keys(), ...ours.keys()])) {
    if (found.some(([above]) => path.startsWith(`${above}.`) || path.startsWith(`${above}[`))) continue;
    const [their, our] = [theirs.get(path) ?? 'none', ours.get(path) ?? 'none'];
    if (their !== our) found.push([path, their, our]);
  }
  return found;
}

const seen = new Set<string>();
const refused: string[] = [];

function compare(server: string, tools: readonly ListedTool[]): void {
  const built = buildSchema({ servers: [{ name: server, tools }], groups: [], teams: [] }, sha256Hex);
  for (const tool of tools) {
    const type = built.tools.get(`${server}/${tool.name}`);
    if (type === undefined) throw new Error(`our mapping lost \`${tool.name}\``);
    const theirs = theirOutline(tool);
    if (typeof theirs === 'string') {
      refused.push(tool.name);
      continue;
    }
    for (const [path, their, our] of differences(theirs, ourOutline(type))) {
      const plain = [their.replace('?', ''), our.replace('?', '')] as const;
      const reason = REASONS.find((each) => each.theirs.includes(plain[0]) && each.ours.includes(plain[1]));
      expect(reason, `${tool.name} ${path}: ${their}, and here ${our}`).toBeDefined();
      if (reason === undefined) continue;
      seen.add(reason.why);
      // Whether a member may be missing is never in dispute, and what is left out is listed.
      const isListed = built.omissions.some(({ tool: id }) => id === `${server}/${tool.name}`);
      const isFair = our === 'none' ? isListed : our.endsWith('?') === their.endsWith('?');
      expect(isFair, `${tool.name} ${path}`).toBe(true);
    }
  }
}

describe('the types of both, but for the listed differences', () => {
  test('agree on what real servers list', () => {
    expect([...real.values()].flat().length).toBeGreaterThan(25);
    for (const [server, tools] of real) compare(server, tools);
    // Every other tool of the reference server: its names hold hyphens.
    expect(refused.filter((name) => !name.includes('-'))).toEqual([]);
    expect(refused.length).toBeGreaterThan(10);
  });

  test('agree on schemas of every form', () => {
    refused.length = 0;
    compare('synthetic', SYNTHETIC);
    expect(refused).toEqual([
      'tuple',
      'recursive',
      'kebab-case',
      'dotted.name',
      'group/name',
      'if',
      'headers',
    ]);
  });

  test('no listed difference is without an example', () => {
    expect(REASONS.map(({ why }) => why).filter((why) => !seen.has(why))).toEqual([]);
  });
});
