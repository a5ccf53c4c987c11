import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../store/sqlite/testing-database.ts';
import { seededRandom } from './testing/drafts-of-all-kinds.ts';
import { writeHistory } from './testing/histories.ts';
import { type IndexWatch, watchIndex } from './watch.ts';

const AT_ONCE = { betweenSlices: 1, betweenPasses: 1 };

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
