// Lists in pages: cursors are the server's own and pass unchanged, pages are filtered in place, and clients that walk them see
// every item once, at a server's own endpoint and at that of all servers (protocols.md 1.3).
import { connectV1, connectV2, manifest } from '@countersign/testkit';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { apply } from './apply.ts';
import { type ListingServer, startListingServer } from './listing-server.ts';
import { type RawWorld, startRawWorld } from './raw-world.ts';
import { SOON } from './soon.ts';

const POLICIES = `
@id("calls") permit (principal is Agent, action in Action::"mcp", resource);
@id("odd") forbid (principal, action in [Action::"one/t3", Action::"one/t4", Action::"one/t5"], resource);
`;
const tools = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ name: `t${n}`, inputSchema: { type: 'object' } }));

let world: RawWorld;
let one: ListingServer;
let two: ListingServer;
beforeAll(async () => {
  [one, two] = await Promise.all([
    startListingServer({ tools: tools(8) }),
    startListingServer({ tools: tools(4) }),
  ]);
  one.pageSize = 3;
  two.pageSize = 1;
  world = await startRawWorld({}, { 'all.cedar': POLICIES });
  const place = { team: 'platform', environment: 'production', risk: 'low' };
  await apply(
    world.gateway,
    manifest('MCPServer', 'one', { ...place, url: one.url }),
    manifest('MCPServer', 'two', { ...place, url: two.url }),
  );
  await vi.waitUntil(async () => (await walk('v1', '/mcp')).names.length >= 10, SOON);
});
afterAll(async () => {
  await world.close();
  await Promise.all([one.close(), two.close()]);
});

async function walk(client: 'v1' | 'legacy' | '2026-07-28', path: string) {
  const url = `${world.gateway.data}${path}`;
  const token = await world.issuer.mint({ clientId: 'worker', resource: url });
  const connected =
    client === 'v1' ? await connectV1(url, { token }) : await connectV2(url, { token, era: client });
  const names: string[] = [];
  const pages: number[] = [];
  const cursors: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await (connected as Awaited<ReturnType<typeof connectV1>>).listTools(
      cursor === undefined ? undefined : { cursor },
    );
    names.push(...page.tools.map(({ name }) => name));
    pages.push(page.tools.length);
    cursor = page.nextCursor;
    if (cursor !== undefined) cursors.push(cursor);
  } while (cursor !== undefined);
  await connected.close();
  return { names, pages, cursors };
}

const LEFT = ['t0', 't1', 't2', 't6', 't7'];

test('pages are the server’s: one that is emptied by policy is still a page, and cursors pass as they are', async () => {
  const { names, pages, cursors } = await walk('v1', '/mcp/one');
  expect(names).toEqual(LEFT);
  expect(pages).toEqual([3, 0, 2]);
  expect(cursors).toEqual(['page "3" ü', 'page "6" ü']);
});

describe.each(['v1', 'legacy', '2026-07-28'] as const)('client %s', (client) => {
  test('sees every item once, in order', async () => {
    expect((await walk(client, '/mcp/one')).names).toEqual(LEFT);
    expect((await walk(client, '/mcp/two')).names).toEqual(['t0', 't1', 't2', 't3']);
  });

  test('sees every item of every server once at the endpoint for all', async () => {
    const { names } = await walk(client, '/mcp');
    const ours = names.filter((name) => !name.startsWith('raw__'));
    expect(ours.filter((name) => name.startsWith('one__'))).toEqual(LEFT.map((name) => `one__${name}`));
    expect(ours.filter((name) => name.startsWith('two__'))).toEqual(
      ['t0', 't1', 't2', 't3'].map((name) => `two__${name}`),
    );
    expect(new Set(names).size).toBe(names.length);
  });
});
