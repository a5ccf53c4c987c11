import { EMPTY_RANGE, rangeRoot, toHex } from '@countersign/audit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeStopped } from '../testing-drafts.ts';
import { createTreeExtender } from './extend-tree.ts';
import { openForReading } from './open.ts';
import { createReread, type Reread } from './reread.ts';
import { createTestDatabase, type TestDatabase } from './testing-database.ts';
import { createWriter, type Writer } from './writer.ts';

describe('what is to be signed, read back from storage', () => {
  let test: TestDatabase;
  let writer: Writer;
  let reader: ReturnType<typeof openForReading>;
  let reread: Reread;
  beforeEach(() => {
    test = createTestDatabase();
    writer = createWriter(test.db, test.options);
    reader = openForReading(test.path);
    reread = createReread(createTreeExtender(reader), { path: test.path, cacheKiB: 256 });
    append(1200);
  });
  afterEach(() => {
    reread.close();
    reader.close();
    test.remove();
  });
  const append = (entries: number): void => {
    const request = { entries: Array.from({ length: entries }, nodeStopped) };
    expect(writer.apply([{ id: 1, time: 2_000_000, bytes: 1, request }]).failure).toBeNull();
  };

  it('is the tree that the writer has, few entries or many, again and again', async () => {
    let { range } = await reread.extend(EMPTY_RANGE, 700);
    for (const more of [3, 600]) {
      append(more);
      const { head } = writer;
      const extended = await reread.extend(range, head.size);
      expect(extended.time).toBe(2_000_000);
      ({ range } = extended);
      expect(toHex(rangeRoot(range))).toBe(toHex(rangeRoot(head.range)));
    }
    expect(await reread.extend(range, range.size)).toEqual({ range, time: null });
  });

  it.each([
    [
      'changed',
      `UPDATE entries SET header = CAST(replace(header, 'signal', 'error!') AS BLOB) WHERE idx = 900`,
    ],
    ['gone', 'DELETE FROM entries WHERE idx = 900'],
  ])('is refused where an entry was %s', async (_, sql) => {
    test.db.exec(`DROP TRIGGER entries_no_update; DROP TRIGGER entries_no_delete; ${sql}`);
    await expect(reread.extend(EMPTY_RANGE, writer.head.size)).rejects.toMatchObject({
      code: 'damaged',
      message: expect.stringContaining('900'),
    });
    expect(() => createTreeExtender(reader)(EMPTY_RANGE, writer.head.size)).toThrow(/entry 900 /);
  });

  it('is told to nobody once it was given up, and whoever waits hears that', async () => {
    const asked = reread.extend(EMPTY_RANGE, writer.head.size);
    reread.close();
    await expect(asked).rejects.toThrow(/ended/);
    expect((await reread.extend(EMPTY_RANGE, 900)).range.size).toBe(900);
  });
});
