import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ChainPage } from '../../client.ts';
import { type AdminUnderTest, startAdmin } from '../../testing/admin-under-test.ts';
import { recordCall, type RecordedCall } from '../../testing/recorded-calls.ts';

let admin: AdminUnderTest;
let viewer: string;
/** Five chains, the oldest first; the first goes on at the end, the third has two hundred calls. */
const roots: RecordedCall[] = [];

beforeAll(async () => {
  admin = await startAdmin();
  viewer = await admin.tokenFor('omar', ['viewer']);
  for (const agent of ['triage', 'invoice', 'triage', 'invoice', 'triage'])
    roots.push(await recordCall(admin.store, { agent }));
  for (let i = 0; i < 200; i += 1) await recordCall(admin.store, { agent: 'support', parent: root(2) });
  await recordCall(admin.store, { agent: 'support', parent: root(0) });
});
afterAll(() => admin.close());

function root(at: number): RecordedCall {
  const found = roots[at];
  if (found === undefined) throw new Error('there are five chains');
  return found;
}

async function page(query: string): Promise<ChainPage> {
  const response = await admin.request(`/api/v1/chains${query}`, { token: viewer });
  expect(response.status).toBe(200);
  return (await response.json()) as ChainPage;
}

const ids = ({ chains }: ChainPage): readonly string[] => chains.map(({ id }) => id);
const chainsAt = (...places: readonly number[]): readonly string[] => places.map((at) => root(at).chain);

describe('chains', () => {
  test('are listed by their newest call, each with how many calls it has', async () => {
    const all = await page('');
    expect(ids(all)).toEqual(chainsAt(0, 2, 4, 3, 1));
    expect(all.chains.map(({ calls, isMore }) => [calls, isMore])).toEqual([
      [2, false],
      [100, true],
      [1, false],
      [1, false],
      [1, false],
    ]);
    expect(all.chains[0]?.newest.agent).toBe('support');
    expect(all.nextCursor).toBeNull();
  });

  test('go on page by page, and none comes twice', async () => {
    const found: string[] = [];
    let cursor = '';
    for (let pages = 0; pages < 9; pages += 1) {
      const next: ChainPage = await page(`?limit=2${cursor}`);
      found.push(...ids(next));
      if (next.nextCursor === null) break;
      cursor = `&cursor=${next.nextCursor}`;
    }
    expect(found).toEqual(chainsAt(0, 2, 4, 3, 1));
  });

  test('are found by the calls in them, and only these count', async () => {
    expect(ids(await page('?agent=triage'))).toEqual(chainsAt(4, 2, 0));
    expect((await page('?agent=support')).chains.map(({ calls }) => calls)).toEqual([1, 100]);
    expect(await page('?agent=nobody')).toEqual({ chains: [], nextCursor: null, archived: null });
  });

  test('a cursor of another question is refused', async () => {
    const { nextCursor } = await page('?limit=2');
    const response = await admin.request(`/api/v1/chains?agent=triage&cursor=${nextCursor}`, {
      token: viewer,
    });
    expect(response.status).toBe(400);
    expect((await admin.request('/api/v1/chains?nonsense=1', { token: viewer })).status).toBe(400);
    expect((await admin.request('/api/v1/chains')).status).toBe(401);
  });
});
