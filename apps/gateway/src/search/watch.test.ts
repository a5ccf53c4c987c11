import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createCallIndex } from '../store/sqlite/calls/call-index.ts';
import { createPackedCheck, PACKED_FACETS } from '../store/sqlite/calls/check-packed.ts';
import { createTestDatabase, type TestDatabase } from '../store/sqlite/testing/database.ts';
import { placesOf } from './parts.ts';
import { seededRandom } from './testing/drafts-of-all-kinds.ts';
import { writeHistory } from './testing/histories.ts';
import { type IndexWatch, watchIndex } from './watch.ts';

const AT_ONCE = { betweenSlices: 1, betweenPasses: 1, betweenBlocks: 1 };

describe('the watch over the index', () => {
  let database: TestDatabase;
  let watch: IndexWatch;
  const heard: string[] = [];
  beforeEach(() => {
    heard.length = 0;
    database = createTestDatabase();
    writeHistory(database, seededRandom(5), 150);
    watch = watchIndex(database.path, Date.now, (message) => heard.push(message), AT_ONCE);
  });
  afterEach(async () => {
    await watch.close();
    database.remove();
  });
  const passes = () =>
    vi.waitFor(() => expect(watch.status().checkedAt).not.toBeNull(), { timeout: 20_000, interval: 5 });

  test('finds nothing where nobody touched it', async () => {
    await passes();
    expect(watch.status()).toMatchObject({ state: 'checked', faults: 0, message: null });
    await vi.waitFor(() => expect(watch.status().checkedTo).toBeGreaterThan(200), {
      timeout: 20_000,
      interval: 1,
    });
    expect(heard).toEqual([]);
  });

  test.each([
    ['a hidden row', 'DELETE FROM calls WHERE seq = 5', 'is missing from the index'],
    [
      'the newest row, hidden',
      'DELETE FROM calls WHERE seq = (SELECT max(seq) FROM calls)',
      'is missing from the index',
    ],
    ['another decision', "UPDATE calls SET decision = 'deny' WHERE decision = 'allow'", '`decision`'],
    ['another agent', "UPDATE calls SET agent_uid = 'agt_0' WHERE seq = 7", '`agent_uid`'],
    ['a hidden end', "UPDATE calls SET ended_index = NULL WHERE state = 'completed'", '`ended_index`'],
    [
      'rows that were numbered anew',
      'UPDATE calls SET seq = seq + 1 WHERE seq = (SELECT max(seq) FROM calls)',
      '`seq`',
    ],
    [
      'an added row',
      `INSERT INTO calls SELECT 1000000, 'call_invented', chain, parent, link, depth, protocol, revision, operation, agent_uid, agent, owner,
         team, subject, upstream_uid, upstream, resource, agents, decision, reason, policies, approval, sentence, trace_id, labels, brought,
         state, round, outcome, http_status, duration_us, first_index, decided_index, ended_index, started_at, ended_at FROM calls WHERE seq = 3`,
      'numbered 0 to 1000000',
    ],
  ])('finds %s after the fact', async (_what, statement, said) => {
    await passes();
    database.db.exec(statement);
    await vi.waitFor(() => expect(watch.status().state).toBe('altered'), { timeout: 20_000, interval: 5 });
    expect(watch.status().message).toContain(said);
    expect(heard).toEqual([watch.status().message]);
  });
});

describe('the watch over what finds calls', () => {
  let database: TestDatabase;
  // Some segments of calls take a while to write: the tests put back what they change.
  beforeAll(() => {
    database = createTestDatabase();
    writeHistory(database, seededRandom(7), 5000);
    database.db.transaction(() => createCallIndex(database.db).packAll())();
  }, 120_000);
  afterAll(() => database.remove());

  const watched = async (until: (watch: IndexWatch) => void): Promise<void> => {
    const watch = watchIndex(database.path, Date.now, () => undefined, AT_ONCE);
    try {
      await vi.waitFor(() => until(watch), { timeout: 60_000, interval: 5 });
    } finally {
      await watch.close();
    }
  };
  const listsAt = (place: number): Uint8Array =>
    database.db
      .prepare<[number], Uint8Array>('SELECT lists FROM call_index WHERE place = ?')
      .pluck()
      .get(place) ?? new Uint8Array();
  const write = (place: number, lists: Uint8Array): void =>
    void database.db.prepare('UPDATE call_index SET lists = ? WHERE place = ?').run(lists, place);

  test('finds nothing where nobody touched it', async () => {
    const check = createPackedCheck(database.db);
    const { from, to } = check.segments();
    const segments = Array.from({ length: to - from }, (_, at) => from + at);
    expect(segments.flatMap((segment) => check.compare(PACKED_FACETS, segment).faults)).toEqual([]);
    expect(check.compare(PACKED_FACETS, from).parts).toBeGreaterThan(PACKED_FACETS.length);
    await watched((watch) => expect(watch.status()).toMatchObject({ state: 'checked', faults: 0 }));
  }, 70_000);

  test('finds a bit that was cleared, although all rows are as they were', async () => {
    const [place = -1] = placesOf('decision', 0);
    const before = listsAt(place);
    const lists = Buffer.from(before);
    const at = lists.findIndex((byte) => byte !== 0);
    lists[at] = (lists[at] ?? 0) & ((lists[at] ?? 0) - 1);
    write(place, lists);
    await watched((watch) =>
      expect(watch.status()).toMatchObject({
        state: 'altered',
        message: `part ${place} of the index, about calls 0 to 2047, is not what the rows make of it`,
      }),
    );
    write(place, before);
  }, 70_000);

  test('finds a part that is gone', async () => {
    const [place = -1] = placesOf('chain', 0);
    database.db.prepare('DELETE FROM call_index WHERE place = ?').run(place);
    await watched((watch) => expect(watch.status().message).toContain('is missing'));
  }, 70_000);
});
