import { describe, expect, test } from 'vitest';
import { buildSchema } from '../schema/build.ts';
import { sha256Hex } from '../testing/facts.ts';
import { compileMeters, meterIdentity, withMeters } from './compile-meters.ts';

const object = (properties: Readonly<Record<string, unknown>>) => ({ type: 'object', properties });
const schema = buildSchema(
  {
    servers: [
      {
        name: 'payments',
        tools: [
          {
            name: 'pay',
            inputSchema: object({ amount_cents: { type: 'integer' }, vendor: { type: 'string' } }),
          },
          { name: 'refund', inputSchema: object({ amount_cents: { type: 'integer' } }) },
        ],
      },
      {
        name: 'shop',
        tools: [{ name: 'order', inputSchema: object({ order: object({ total: { type: 'number' } }) }) }],
      },
    ],
    groups: [],
    teams: [],
  },
  sha256Hex,
);

const read = (text: string) => compileMeters([{ file: 'spend.meters.yaml', text }], schema);
const one = (more: string) => `meters:\n  - name: spend\n${more.replaceAll(/^/gm, '    ')}\n`;
const whole = 'on: [payments/pay]\nadd: { input: amount_cents }\nper: agent\nwindow: 24h';

test('a declaration becomes a meter with the type of what it sums, and its place', () => {
  const { meters, diagnostics } = read(`
meters:
  - name: daily_spend
    description: What an agent spends in a day
    on: [payments/refund, payments/pay]
    add: { input: amount_cents }
    per: agent
    window: 24h
  - { name: calls, on: ["mcp:tools/call", "a2a:message"], add: 1, per: chain, window: 90s }
  - { name: orders, on: [shop/order], add: { input: order.total }, per: subject, window: 7d }
`);
  expect(diagnostics).toEqual([]);
  expect(meters).toEqual([
    {
      name: 'calls',
      on: ['a2a:message', 'mcp:tools/call'],
      add: 1,
      per: 'chain',
      windowMs: 90_000,
      type: 'long',
      file: 'spend.meters.yaml',
      line: 9,
      column: 5,
    },
    {
      name: 'daily_spend',
      description: 'What an agent spends in a day',
      on: ['payments/pay', 'payments/refund'],
      add: { input: ['amount_cents'] },
      per: 'agent',
      windowMs: 86_400_000,
      type: 'long',
      file: 'spend.meters.yaml',
      line: 3,
      column: 5,
    },
    expect.objectContaining({ name: 'orders', type: 'decimal', add: { input: ['order', 'total'] } }),
  ]);
});

test.each(['', '# nothing yet\n', 'meters: []\n'])('%j declares nothing, and is no mistake', (text) => {
  expect(read(text)).toEqual({ meters: [], diagnostics: [] });
});

describe('a mistake is told with line and column', () => {
  test.each<[string, string, number, number, RegExp]>([
    ['no mapping', '- 1', 1, 1, /a file of meters is a mapping with `meters`/],
    ['another key', 'meters: []\nmetres: []', 2, 1, /has no `metres`/],
    ['no list', 'meters: {}', 1, 9, /`meters` is a list/],
    ['no mapping in the list', 'meters: [pay]', 1, 10, /a meter is a mapping/],
    ['another member', one(`${whole}\nlimit: 5`), 7, 5, /a meter has no `limit`/],
    ['a member too few', one('on: [payments/pay]\nadd: 1'), 2, 5, /has no `per`, `window`/],
    ['a member twice', one(`${whole}\nadd: 1`), 7, 5, /`add` stands twice/],
    ['a name with a dot', one(whole).replace('spend', 'a.b'), 2, 11, /`a\.b` is not a usable name/],
    ['a word of Cedar’s', one(whole).replace('spend', 'like'), 2, 11, /is not a usable name/],
    ['a name of prototypes', one(whole).replace('spend', '__proto__'), 2, 11, /is not a usable name/],
    ['no tool at all', one(whole.replace('payments/pay', '')), 3, 9, /`on` names 1 to/],
    [
      'a tool twice',
      one(whole.replace('[payments/pay]', '[payments/pay, payments/pay]')),
      3,
      24,
      /named twice/,
    ],
    ['a tool that nobody has', one(whole.replace('/pay', '/pya')), 3, 10, /`payments\/pya` is no tool/],
    ['what servers ask', one(whole.replace('payments/pay', 'mcp:roots')), 3, 10, /asked by servers/],
    [
      'what has no arguments',
      one(whole.replace('payments/pay', 'a2a:message')),
      3,
      10,
      /only tools have arguments/,
    ],
    ['more than tools', one(whole.replace('payments/pay', 'mcp')), 3, 10, /only tools have arguments/],
    [
      'a group not all of which sums',
      one(whole.replace('payments/pay', 'mcp:tools/call')),
      3,
      10,
      /in `shop\/order`/,
    ],
    [
      'no such argument',
      one(whole.replace('amount_cents', 'amount')),
      3,
      10,
      /`context\.input\.amount` does not exist/,
    ],
    ['an argument that is a text', one(whole.replace('amount_cents', 'vendor')), 3, 10, /is a string/],
    ['an argument of prototypes', one(whole.replace('amount_cents', 'constructor')), 3, 10, /does not exist/],
    ['an empty part of a path', one(whole.replace('amount_cents', 'a..b')), 4, 19, /path to it/],
    ['to add two', one(whole.replace('{ input: amount_cents }', '2')), 4, 10, /`add` is either 1/],
    ['to add a text', one(whole.replace('{ input: amount_cents }', '"1"')), 4, 10, /`add` is either 1/],
    ['to add something else', one(whole.replace('input:', 'output:')), 4, 12, /has no `output`/],
    ['another holder', one(whole.replace('per: agent', 'per: user')), 5, 10, /`per` is one of `agent`/],
    ['no window', one(whole.replace('24h', '24')), 6, 13, /`window` is a text/],
    ['a window without a unit', one(whole.replace('24h', '"24"')), 6, 13, /`24` is not a window/],
    ['a window of years', one(whole.replace('24h', '367d')), 6, 13, /at most `366d`/],
    [
      'an alias',
      one(whole.replace('[payments/pay]', '&a [payments/pay]').replace('agent', '*a')),
      3,
      12,
      /anchors are not read/,
    ],
    ['a tag', one(whole.replace('payments/pay', '!!str payments/pay')), 3, 16, /tags are not read/],
    ['a merge', one(`${whole}\n<<: { add: 1 }`), 7, 5, /a meter has no `<<`/],
    ['no YAML', 'meters: [', 1, 10, /not valid YAML/],
    ['two documents', 'meters: []\n---\nmeters: []\n', 2, 1, /not valid YAML/],
  ])('%s', (_what, text, line, column, message) => {
    const { meters, diagnostics } = read(text);
    expect(meters).toEqual([]);
    expect(diagnostics[0]).toMatchObject({ severity: 'error', file: 'spend.meters.yaml', line, column });
    expect(diagnostics[0]?.message).toMatch(message);
  });

  test('a name that another file has', () => {
    const text = one(whole);
    const { meters, diagnostics } = compileMeters(
      [
        { file: 'a.meters.yaml', text },
        { file: 'b.meters.yaml', text },
      ],
      schema,
    );
    expect(meters).toHaveLength(1);
    expect(diagnostics).toMatchObject([
      { file: 'b.meters.yaml', message: expect.stringContaining('a.meters.yaml') },
    ]);
  });

  test('sums of different types', () => {
    const mixed = buildSchema(
      {
        servers: [
          {
            name: 's',
            tools: [
              { name: 'a', inputSchema: object({ n: { type: 'integer' } }) },
              { name: 'b', inputSchema: object({ n: { type: 'number' } }) },
            ],
          },
        ],
        groups: [],
        teams: [],
      },
      sha256Hex,
    );
    const text = one('on: ["mcp:tools/call"]\nadd: { input: n }\nper: team\nwindow: 1h');
    const { diagnostics } = compileMeters([{ file: 'x.meters.yaml', text }], mixed);
    expect(diagnostics).toMatchObject([
      { message: expect.stringMatching(/a long in `s\/a` and a decimal in `s\/b`/) },
    ]);
  });

  test.each([
    ['a long file', `# ${'x'.repeat(70_000)}`],
    ['ten thousand brackets', `meters: ${'['.repeat(10_000)}`],
    ['an alias of aliases', `a: &a [1]\n${'b: [*a, *a]\n'.repeat(50)}`],
    [
      'more meters than any set needs',
      `meters:\n${Array.from({ length: 300 }, (_, i) => `- {name: m${i}, on: [payments/pay], add: 1, per: team, window: 1h}\n`).join('')}`,
    ],
  ])('%s: refused, and nothing else happens', (_what, text) => {
    expect(read(text).meters).toEqual([]);
    expect(read(text).diagnostics.length).toBeGreaterThan(0);
  });
});

test('policies see a record with one attribute per meter, wherever an agent calls', () => {
  const { meters } = read(one(whole));
  const actions = withMeters(schema, meters).json['']?.actions ?? {};
  const contextOf = (action: string) => actions[action]?.appliesTo?.context;
  const record = { type: 'Record', attributes: { spend: { type: 'Long' } } };
  for (const action of ['payments/pay', 'shop/order', 'a2a:message/send', 'mcp:tools/list'])
    expect(contextOf(action)).toMatchObject({ attributes: { meter: record } });
  expect(contextOf('mcp:roots')).not.toMatchObject({ attributes: { meter: expect.anything() } });
  expect(withMeters(schema, [])).toBe(schema);
  expect(JSON.stringify(schema.json)).not.toContain('"meter"');
});

test('where a meter stands is no part of what it is', () => {
  const [meter] = read(one(whole)).meters;
  const [moved] = read(`# moved\n${one(whole)}`).meters;
  const [other] = read(one(whole.replace('24h', '23h'))).meters;
  if (meter === undefined || moved === undefined || other === undefined) throw new Error('no meter');
  expect(meterIdentity(moved)).toEqual(meterIdentity(meter));
  expect(meterIdentity(other)).not.toEqual(meterIdentity(meter));
});
