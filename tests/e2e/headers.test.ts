// What a client repeats of its arguments in headers, and what it writes for arguments that it does not give (MCP
// 2026-07-28, SEP-2243): the server's own count says what reached it.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ListingWorld, startListingWorld } from './listing-world.ts';
import type { CallRow } from './raw-world.ts';

const SEARCH = {
  name: 'search',
  inputSchema: {
    type: 'object',
    properties: {
      region: { type: 'string', 'x-mcp-header': 'Region' },
      limit: { type: 'integer', 'x-mcp-header': 'Limit' },
      query: { type: 'string' },
    },
    required: ['query'],
    additionalProperties: false,
  },
};

let world: ListingWorld;
beforeAll(async () => {
  world = await startListingWorld(
    { tools: [SEARCH] },
    {
      policies: {
        'limits.cedar': `@id("no-large-searches")
forbid (principal, action == Action::"listing/search", resource)
when { context.input has limit && context.input.limit > 100 };`,
      },
    },
  );
});
afterAll(async () => {
  await world.close();
});

const search = (args: object, headers: Readonly<Record<string, string>> = {}) =>
  world.ask('tools/call', { name: 'search', arguments: args }, headers);
async function newest(): Promise<CallRow | undefined> {
  const { calls } = await world.admin<{ calls: readonly CallRow[] }>('/calls?limit=1');
  return calls[0];
}

test.each([
  [{ query: 'q', region: 'eu' }, { 'mcp-param-region': 'us' }],
  [{ query: 'q', region: 'Hello' }, { 'mcp-param-region': '=?base64?SGVsbG8?=' }],
  [{ query: 'q', region: 'Hello' }, { 'mcp-param-region': '=?base64?SGVs!!!bG8=?=' }],
  [{ query: 'q' }, { 'mcp-param-region': 'eu' }],
  [{ query: 'q', limit: 5 }, { 'mcp-param-limit': '500' }],
  [{ query: 5, region: 'eu' }, { 'mcp-param-region': 'us' }],
])(
  'the arguments %o do not pass with the headers %o, and the refusal is a header mismatch',
  async (args, headers) => {
    const before = world.server.reached.length;
    const { status, message } = await search(args, headers);
    expect([status, message.error?.code]).toEqual([400, -32_020]);
    expect(message.error?.data).toMatchObject({ reason: 'invalid_arguments' });
    expect(await newest()).toMatchObject({ decision: 'deny', reason: 'invalid_arguments' });
    expect(world.server.reached).toHaveLength(before);
  },
);

test.each([
  [
    { query: 'q', region: 'Hello', limit: 5 },
    { 'mcp-param-region': '=?base64?SGVsbG8=?=', 'mcp-param-limit': '5.0' },
  ],
  [
    { query: 'q', region: 'eu' },
    { 'mcp-param-region': '  eu ', 'mcp-param-other': 'anything' },
  ],
])('the arguments %o pass with the headers %o', async (args, headers) => {
  const before = world.server.reached.length;
  expect((await search(args, headers)).status).toBe(200);
  expect(world.server.reached).toHaveLength(before + 1);
});

test('null for an optional argument is sent as it stands', async () => {
  const { message } = await search({ query: 'q', region: null });
  expect(message.result).toBeDefined();
  expect(world.server.reached.at(-1)).toContain('"region":null');
});

test('a policy that would read what is null denies the call: absence must not widen what is allowed', async () => {
  const before = world.server.reached.length;
  const { message } = await search({ query: 'q', limit: null });
  expect(message.result).toMatchObject({ isError: true });
  expect(await newest()).toMatchObject({ decision: 'deny', reason: 'unrepresentable_input' });
  expect(world.server.reached).toHaveLength(before);
});

test('null for an argument that the schema requires, or does not know, is refused', async () => {
  const before = world.server.reached.length;
  for (const args of [{ query: null }, { query: 'q', more: null }]) {
    const { status, message } = await search(args);
    expect([status, message.error?.code]).toEqual([200, -32_602]);
  }
  expect(world.server.reached).toHaveLength(before);
});
