import { EMPTY_RANGE, rangeRoot, toHex } from '@countersign/audit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decided, newCall, nodeStopped } from '../../testing-drafts.ts';
import { type Aside, createAside } from './aside.ts';
import { createPacker } from '../calls/call-index.ts';
import { createTreeExtender } from '../tree/extend-tree.ts';
import { openForCheckpoints, openForReading } from '../open.ts';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { createWriter, type Writer } from './writer.ts';

describe('the thread beside the writer', () => {
  let test: TestDatabase;
  let writer: Writer;
  let reader: ReturnType<typeof openForReading>;
  let aside: Aside;
  beforeEach(() => {
    test = createTestDatabase();
    writer = createWriter(test.db, test.options);
    reader = openForReading(test.path);
    aside = createAside(createTreeExtender(reader), { path: test.path, cacheKiB: 256 });
    append(1200);
  });
  afterEach(async () => {
    await aside.close();
    reader.close();
    test.remove();
  });
  const append = (entries: number): void => {
    const request = { entries: Array.from({ length: entries }, nodeStopped) };
    expect(writer.apply([{ id: 1, time: 2_000_000, bytes: 1, request }]).failure).toBeNull();
  };

  it('reads back the tree that the writer has, few entries or many, again and again', async () => {
    let { range } = await aside.extend(EMPTY_RANGE, 700);
    for (const more of [3, 600]) {
      append(more);
      const { head } = writer;
      const extended = await aside.extend(range, head.size);
      expect(extended.time).toBe(2_000_000);
      ({ range } = extended);
      expect(toHex(rangeRoot(range))).toBe(toHex(rangeRoot(head.range)));
    }
    expect(await aside.extend(range, range.size)).toEqual({ range, time: null });
  });

  it.each([
    [
      'changed',
      `UPDATE entries SET header = CAST(replace(header, 'signal', 'error!') AS BLOB) WHERE idx = 900`,
    ],
    ['gone', 'DELETE FROM entries WHERE idx = 900'],
  ])('refuses to read back an entry that was %s', async (_, sql) => {
    test.db.exec(`DROP TRIGGER entries_no_update; DROP TRIGGER entries_no_delete; ${sql}`);
    await expect(aside.extend(EMPTY_RANGE, writer.head.size)).rejects.toMatchObject({
      code: 'damaged',
      message: expect.stringContaining('900'),
    });
    expect(() => createTreeExtender(reader)(EMPTY_RANGE, writer.head.size)).toThrow(/entry 900 /);
  });

  it('packs the rows of calls as the writer would', async () => {
    const entries = Array.from({ length: 40 }, () => decided(newCall()));
    expect(writer.apply([{ id: 1, time: 2_000_000, bytes: 1, request: { entries } }]).failure).toBeNull();
    const ask = { facets: ['chain', 'agent', 'text'], segment: 0 } as const;
    const parts = await aside.pack(ask);
    expect(parts.length).toBeGreaterThan(3);
    expect(parts).toEqual(createPacker(test.db)(ask.facets, ask.segment));
  });

  it('moves the write-ahead log into the database', async () => {
    const state = test.db.prepare<[], { log: number; checkpointed: number }>('PRAGMA wal_checkpoint(NOOP)');
    const before = state.get();
    expect(before?.log).toBeGreaterThan(0);
    expect(before?.checkpointed).toBe(0);
    await aside.checkpoint();
    expect(state.get()?.checkpointed).toBe(before?.log);
  });

  it('cannot change a row through the connection that does so', () => {
    const checkpoints = openForCheckpoints(test.path);
    expect(() => checkpoints.exec('DELETE FROM calls')).toThrow(/readonly/);
    expect(checkpoints.pragma('synchronous', { simple: true })).toBe(2);
    checkpoints.close();
  });

  it('passes on what SQLite says', async () => {
    test.db.exec('DROP TABLE calls');
    await expect(aside.pack({ facets: ['chain'], segment: 0 })).rejects.toMatchObject({
      code: 'SQLITE_ERROR',
    });
  });

  it('tells whoever waits that it ended, and begins anew when it is asked again', async () => {
    const asked = [aside.extend(EMPTY_RANGE, writer.head.size), aside.checkpoint()];
    const answers = Promise.allSettled(asked);
    await aside.close();
    for (const answer of await answers)
      expect(answer).toMatchObject({ reason: { message: expect.stringContaining('ended') } });
    expect((await aside.extend(EMPTY_RANGE, 900)).range.size).toBe(900);
  });
});
