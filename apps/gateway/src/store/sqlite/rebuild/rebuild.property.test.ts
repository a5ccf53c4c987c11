// Whatever happened: the projection that the writer kept up to date is the one that a rebuild makes of the log.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyDraft, OTHER_KINDS, seededRandom } from '../../../search/testing/drafts-of-all-kinds.ts';
import { writeHistory } from '../../../search/testing/histories.ts';
import { newCall } from '../../testing-drafts.ts';
import { rebuildProjection } from './rebuild.ts';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { createWriter } from '../writer/writer.ts';

const stored = ({ db }: TestDatabase) => ({
  calls: db.prepare('SELECT * FROM calls ORDER BY seq').all(),
  index: db.prepare('SELECT * FROM call_index ORDER BY place').all(),
  kinds: db.prepare('SELECT * FROM entry_kinds ORDER BY kind, idx').all(),
});

test('rebuilding gives what was kept up to date, over any history', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 31 }), (seed) => {
      const database = createTestDatabase();
      try {
        writeHistory(database, seededRandom(seed), 60);
        const live = stored(database);
        database.db.exec("UPDATE calls SET state = 'unknown', seq = seq + 1000000");
        rebuildProjection(database.db);
        expect(stored(database)).toEqual(live);
      } finally {
        database.remove();
      }
    }),
    { numRuns: 20 },
  );
});

test('entries of every kind are taken, and those that tell of no call change nothing', () => {
  const database = createTestDatabase();
  const writer = createWriter(database.db, database.options);
  const random = seededRandom(3);
  for (const [id, kind] of OTHER_KINDS.entries()) {
    const entries = [anyDraft(kind, random, newCall().call)];
    expect(writer.apply([{ id, time: 2_000_000, bytes: 1, request: { entries } }]).outcomes).toMatchObject([
      { result: { ok: true } },
    ]);
  }
  expect(rebuildProjection(database.db)).toEqual({ entries: OTHER_KINDS.length + 1, calls: 0 });
  database.remove();
});

test('the packed index is the same bytes, whether it grew with the log or was made of all of it', () => {
  const database = createTestDatabase();
  writeHistory(database, seededRandom(11), 5_200);
  const live = stored(database);
  expect(live.calls.length).toBeGreaterThan(4_300);
  expect(live.index.length).toBeGreaterThan(20);
  database.db.exec('UPDATE call_index SET lists = terms');
  rebuildProjection(database.db);
  expect(stored(database)).toEqual(live);
  database.remove();
}, 120_000);
