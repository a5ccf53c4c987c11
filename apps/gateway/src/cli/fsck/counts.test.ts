import type Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { seededRandom } from '../../search/testing/drafts-of-all-kinds.ts';
import { writeHistory } from '../../search/testing/histories.ts';
import { createLogReader } from '../../store/sqlite/readers/log.ts';
import { createTestDatabase, type TestDatabase } from '../../store/sqlite/testing/database.ts';
import { countCheck } from './counts.ts';
import { fsck } from './run.ts';

const check = async (db: Database.Database) => {
  const [report] = (
    await fsck({ db, log: createLogReader(db), kept: null, vkey: null }, undefined, [countCheck])
  ).checks;
  return report;
};

describe('the counts of the index', () => {
  let database: TestDatabase;
  beforeEach(() => {
    database = createTestDatabase();
  });
  afterEach(() => database.remove());

  test.each([1, 2, 3, 4, 5, 6])('are those of the log, over any history (%i)', async (seed) => {
    writeHistory(database, seededRandom(seed), 80);
    const report = await check(database.db);
    expect(report).toMatchObject({ faults: 0, named: [] });
    expect(report?.checked).toBeGreaterThan(0);
  });

  const ANY =
    "(SELECT seq FROM calls WHERE state = 'completed' AND outcome <> 'retried' ORDER BY seq LIMIT 1)";
  test.each([
    ['a hidden row', `DELETE FROM calls WHERE seq = ${ANY}`, 'begun'],
    ['the newest row, hidden', 'DELETE FROM calls WHERE seq = (SELECT max(seq) FROM calls)', 'begun'],
    ['another decision', `UPDATE calls SET decision = 'deny' WHERE seq = ${ANY}`, 'deny'],
    ['a hidden end', `UPDATE calls SET ended_index = NULL WHERE seq = ${ANY}`, 'ended'],
    [
      'rows that were numbered anew after one was hidden',
      `DELETE FROM calls WHERE seq = 3; UPDATE calls SET seq = seq - 1 WHERE seq > 3`,
      'begun',
    ],
    [
      'an entry that its kind no longer lists',
      "DELETE FROM entry_kinds WHERE kind = 'log.opened'",
      '`log.opened`',
    ],
    [
      'an entry that its kind lists in place of another',
      "UPDATE entry_kinds SET idx = idx + 1000000 WHERE kind = 'log.opened'",
      'but others',
    ],
    ['a row under another number', 'UPDATE calls SET seq = -1 WHERE seq = 0', 'without gaps'],
  ])('give away %s', async (_what, statement, said) => {
    writeHistory(database, seededRandom(9), 80);
    database.db.exec(statement);
    const report = await check(database.db);
    expect(report?.named.map(({ message }) => message).join('\n')).toContain(said);
  });
});

describe('what finds calls', () => {
  let database: TestDatabase;
  beforeEach(() => {
    database = createTestDatabase();
    writeHistory(database, seededRandom(12), 5_200);
  }, 120_000);
  afterEach(() => database.remove());

  test('is compared with the rows, byte by byte', async () => {
    expect(await check(database.db)).toMatchObject({ faults: 0 });
    const { db } = database;
    const place = db.prepare('SELECT place FROM call_index WHERE length(lists) > 200 LIMIT 1').pluck().get();
    for (const [statement, said] of [
      ['UPDATE call_index SET lists = zeroblob(length(lists)) WHERE place = ?', 'is not what the rows make'],
      ['DELETE FROM call_index WHERE place = ?', 'is missing'],
      [`INSERT INTO call_index VALUES (? + 4000000000, x'', x'')`, 'no call belongs in'],
    ] as const) {
      db.prepare(statement).run(place);
      const report = await check(db);
      expect(report?.named.map(({ message }) => message).join('\n')).toContain(said);
    }
  }, 120_000);
});
