import { serializeRange, toHex } from '@countersign/audit';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { completed, decided, newCall, nodeStopped, sessionRow } from '../../testing-drafts.ts';
import type { CommitRequest } from '../../types.ts';
import type { PendingCommit } from '../requests/requests.ts';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { createWriter } from './writer.ts';

const TABLES = ['entries', 'payloads', 'log_head', 'chains', 'calls', 'sessions'];

describe('the writer', () => {
  let test: TestDatabase;
  beforeEach(() => {
    test = createTestDatabase();
  });
  afterEach(() => test.remove());

  let lastId = 0;
  const pending = (request: Partial<CommitRequest>): PendingCommit => {
    lastId += 1;
    return { id: lastId, time: 2_000_000, bytes: 1, request: { entries: [], ...request } };
  };
  const call = (): PendingCommit => {
    const ids = newCall();
    return pending({
      entries: [decided(ids), { ...completed(ids, 0), details: { result: 'x'.repeat(9000) } }],
    });
  };
  const everything = (): unknown =>
    TABLES.map((table) => [table, test.db.prepare(`SELECT * FROM ${table} ORDER BY 1`).all()]);

  it('writes nothing of a batch that the disk has no room for, and goes on when it has', () => {
    const writer = createWriter(test.db, test.options);
    expect(writer.apply([call(), call()]).failure).toBeNull();
    const [before, head] = [everything(), writer.head];
    const pages = Number(test.db.pragma('page_count', { simple: true }));
    test.db.pragma(`max_page_count = ${pages + 3}`);

    const batch = Array.from({ length: 20 }, call);
    const { outcomes, failure } = writer.apply(batch);
    expect(failure).toMatchObject({ kind: 'unavailable', message: expect.stringContaining('SQLITE_FULL') });
    expect(outcomes.map(({ id }) => id)).toEqual(batch.map(({ id }) => id));
    for (const outcome of outcomes)
      expect(outcome).toMatchObject({ result: { code: 'log_unavailable' }, headers: [] });
    expect(everything()).toEqual(before);
    expect(toHex(serializeRange(writer.head.range))).toBe(toHex(serializeRange(head.range)));

    test.db.pragma(`max_page_count = ${pages + 1000}`);
    expect(writer.apply(batch).failure).toBeNull();
    expect(writer.head.size).toBe(head.size + 40);
  });

  it('writes nothing to a database made read-only, and says when it can be written again', () => {
    const writer = createWriter(test.db, test.options);
    const before = everything();
    test.db.pragma('query_only = ON');
    expect(writer.apply([call()]).failure).toMatchObject({ kind: 'unavailable' });
    expect(writer.probe()).toMatchObject({ kind: 'unavailable' });
    test.db.pragma('query_only = OFF');
    expect(everything()).toEqual(before);
    expect(writer.probe()).toBeNull();
    expect(writer.apply([call()]).failure).toBeNull();
  });

  it('stops for good when somebody else moved the head of the log', () => {
    const writer = createWriter(test.db, test.options);
    const other = new Database(test.path);
    other.exec('UPDATE log_head SET size = 7');
    other.close();
    const { outcomes, failure } = writer.apply([pending({ entries: [nodeStopped()] })]);
    expect(failure).toMatchObject({ kind: 'fatal' });
    expect(outcomes).toMatchObject([{ result: { code: 'log_unavailable' } }]);
  });

  it('stops for good when the log already has an entry where it would append', () => {
    const writer = createWriter(test.db, test.options);
    test.db.prepare('INSERT INTO entries VALUES (1, ?, ?)').run(Buffer.from('{}'), Buffer.alloc(32));
    expect(writer.apply([pending({ entries: [nodeStopped()] })]).failure).toMatchObject({ kind: 'fatal' });
  });

  it('undoes a refused request with all its entries, chain and projection, in the middle of a batch', () => {
    const writer = createWriter(test.db, test.options);
    const [first, refused, last] = [newCall(), newCall(), newCall()];
    const taken = { insert: 'sessions', row: sessionRow('s') } as const;
    const { outcomes } = writer.apply([
      pending({ entries: [decided(first)], changes: [taken] }),
      pending({ entries: [decided({ ...refused, chain: first.chain })], changes: [taken] }),
      pending({ entries: [decided(refused), { ...nodeStopped(), details: { extra: 'x' } as never }] }),
      pending({ entries: [decided({ ...last, chain: first.chain })] }),
    ]);
    expect(outcomes).toMatchObject([
      { result: { ok: true, receipts: [{ index: 1 }] } },
      { result: { ok: false, code: 'conflict' } },
      { bug: expect.stringContaining('extra') },
      { result: { ok: true, receipts: [{ index: 2 }] } },
    ]);
    const chain = test.db.prepare('SELECT id, seq, last_index FROM chains').all();
    expect(chain).toEqual([{ id: first.chain, seq: 1, last_index: 2 }]);
    expect(test.db.prepare('SELECT count(*) FROM calls').pluck().get()).toBe(2);
  });

  it('roots a chain only in a call', () => {
    const writer = createWriter(test.db, test.options);
    const { outcomes } = writer.apply([pending({ entries: [{ ...nodeStopped(), chain: newCall().chain }] })]);
    expect(outcomes).toMatchObject([{ bug: expect.stringContaining('roots') }]);
  });

  it.each([
    [
      'the last entry was changed',
      "UPDATE entries SET header = CAST(replace(CAST(header AS TEXT), 'signal', 'error') AS BLOB) WHERE idx = 2",
    ],
    ['the last entry is gone', 'DELETE FROM entries WHERE idx = 2'],
    ['the head points elsewhere', 'UPDATE log_head SET last_leaf = zeroblob(32)'],
    ['the head lost its tree', "UPDATE log_head SET frontier = x'00'"],
    ['the head is gone', 'DELETE FROM log_head'],
  ])('does not continue a log of which %s', (_, sql) => {
    const writer = createWriter(test.db, test.options);
    writer.apply([pending({ entries: [nodeStopped(), nodeStopped()] })]);
    test.db.exec(`DROP TRIGGER entries_no_update; DROP TRIGGER entries_no_delete; ${sql}`);
    expect(() => createWriter(test.db, test.options)).toThrow(expect.objectContaining({ code: 'damaged' }));
  });

  it('does not let an entry be changed or deleted by mistake', () => {
    createWriter(test.db, test.options);
    expect(() => test.db.exec('DELETE FROM entries')).toThrow(/append-only/);
    expect(() => test.db.exec('UPDATE entries SET idx = 5')).toThrow(/append-only/);
  });
});
