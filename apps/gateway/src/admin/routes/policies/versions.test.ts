import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { PolicyHistory } from '../../client.ts';
import { type AdminUnderTest, startAdmin } from '../../testing/admin-under-test.ts';

const COUNT = 250;
/** As a version takes here, and a turn of the event loop at most (`shortTurns`). */
const VERSION_MS = 1;
const TURN_MS = 3;

let admin: AdminUnderTest;
beforeAll(async () => {
  admin = await startAdmin();
  const text = '+ permit (principal, action, resource);\n';
  for (let version = 1; version <= COUNT; version += 1) {
    const diff = [{ what: 'policy', name: `p${version}`, change: 'added', file: 'all.cedar', diff: text }];
    const row = {
      version,
      digest: version.toString(16).padStart(64, '0'),
      cause: 'published',
      author: 'omar',
      message: `version ${version}`,
      reviewers: '[]',
      diff: JSON.stringify(version % 10 === 0 ? diff : []),
      broken: '[]',
      activated_at: version,
    };
    await admin.store.commit({ entries: [], changes: [{ insert: 'policy_versions', row }] });
  }
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => admin.close());

const get = (query: string): Promise<Response> =>
  admin.request(`/api/v1/policies/versions${query}`, { token: admin.adminToken });
const numbers = async (query: string): Promise<readonly number[]> =>
  ((await (await get(query)).json()) as PolicyHistory).versions.map(({ version }) => version);
const down = (from: number, to: number): readonly number[] =>
  Array.from({ length: from - to + 1 }, (_, at) => from - at);

test('the history comes in pages, the newest first', async () => {
  expect(await numbers('')).toEqual(down(COUNT, COUNT - 49));
  expect(await numbers('?limit=200')).toEqual(down(COUNT, 51));
  expect(await numbers('?limit=200&before=51')).toEqual(down(50, 1));
  expect([await numbers('?before=1'), await numbers('?before=9999&limit=1')]).toEqual([[], [COUNT]]);
  expect((await get('?limit=201')).status).toBe(400);
});

test('only the last is in force, on whatever page', async () => {
  const { versions } = (await (await get('?before=241&limit=2')).json()) as PolicyHistory;
  expect(versions).toMatchObject([
    { version: 240, inForce: false, changes: { added: 1, names: ['p240'] } },
    { version: 239, inForce: false, changes: { added: 0, names: [] } },
  ]);
});

test('it is read in turns, however much the versions changed: nothing else waits for all of it', async () => {
  const { policies } = admin.deps.readers;
  const read = policies.version.bind(policies);
  const seen = { turn: 0, time: 0, isOver: false };
  const inTurn: number[] = [];
  // By this clock each version takes its time, however fast the machine is.
  vi.spyOn(performance, 'now').mockImplementation(() => seen.time);
  vi.spyOn(policies, 'version').mockImplementation((version) => {
    seen.time += VERSION_MS;
    inTurn[seen.turn] = (inTurn[seen.turn] ?? 0) + 1;
    return read(version);
  });
  const counted = (async () => {
    for (; !seen.isOver; seen.turn += 1) await nextTurn();
  })();
  expect(await numbers('?limit=200')).toHaveLength(200);
  seen.isOver = true;
  await counted;
  const counts = inTurn.filter((count) => count > 0);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(200);
  expect(Math.max(...counts) * VERSION_MS).toBeLessThanOrEqual(TURN_MS + VERSION_MS);
});
