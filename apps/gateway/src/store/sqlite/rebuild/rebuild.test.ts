import { newId } from '@countersign/audit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { alterDetails, without } from '../../payload/testing-payloads.ts';
import { completed, decided, newCall, requested, reviewed } from '../../testing-drafts.ts';
import { rebuildProjection } from './rebuild.ts';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { createWriter } from '../writer/writer.ts';

describe('rebuilding the projection', () => {
  let test: TestDatabase;
  beforeEach(() => {
    test = createTestDatabase();
    const [plain, denied, held, unknown, approved] = [newCall(), newCall(), newCall(), newCall(), newCall()];
    const approval = newId('apr');
    const other = newId('apr');
    const unknownDraft = {
      kind: 'call.unknown',
      ...unknown,
      body: { reason: 'restart', decided: 4 },
      details: {},
    } as const;
    const entries = [
      decided(plain),
      decided(
        denied,
        { decision: 'deny', reason: 'unregistered' },
        { caller: undefined, subject: undefined },
      ),
      decided(held, { decision: 'hold', reason: 'guarded', approval }),
      decided(unknown),
      requested(held, approval),
      decided(approved, { decision: 'hold', reason: 'guarded', approval: other }),
      requested(approved, other),
      completed(plain, 1),
      unknownDraft,
      reviewed(held, approval, 'reject'),
      reviewed(approved, other, 'approve'),
      decided(approved, { reason: 'grant_redeemed', round: 2, approval: other }),
      completed(approved, 12, { outcome: 'upstream_error', status: null }),
    ];
    const writer = createWriter(test.db, test.options);
    for (const [id, entry] of entries.entries()) {
      writer.apply([{ id, time: 1_000_000 * (id + 2), bytes: 1, request: { entries: [entry] } }]);
    }
  });
  afterEach(() => test.remove());
  const calls = () =>
    test.db.prepare<[], Record<string, unknown>>('SELECT * FROM calls ORDER BY decided_index').all();

  it('gives what the writer kept up to date', () => {
    const live = calls();
    expect(live.map((row) => row['state'])).toEqual([
      'completed',
      'denied',
      'denied',
      'unknown',
      'completed',
    ]);
    test.db.exec(
      "UPDATE calls SET agent = 'somebody else', state = 'open'; DELETE FROM calls WHERE round = 2",
    );
    expect(rebuildProjection(test.db)).toEqual({ entries: 14, calls: 5 });
    expect(calls()).toEqual(live);
  });

  it('leaves out what was erased from the log', () => {
    const live = calls();
    alterDetails(test.db, without('subject', 'sentence'));
    rebuildProjection(test.db);
    expect(calls()).toEqual(live.map((row) => ({ ...row, subject: null, sentence: null })));
  });

  it('keeps the old one when the log cannot be read', () => {
    const live = calls();
    test.db.exec("DROP TRIGGER entries_no_update; UPDATE entries SET header = x'7b7d' WHERE idx = 9");
    expect(() => rebuildProjection(test.db)).toThrow(/entry 9/);
    expect(calls()).toEqual(live);
  });
});
