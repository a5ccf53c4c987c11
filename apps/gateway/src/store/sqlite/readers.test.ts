import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dataPaths } from '../paths.ts';
import { decided, newCall } from '../testing-drafts.ts';
import { openReaders } from './readers.ts';
import { createTestFolder, type TestFolder } from './testing/folder.ts';

describe('reading a data folder', () => {
  let folder: TestFolder;
  beforeEach(async () => {
    folder = await createTestFolder();
  });
  afterEach(() => folder.remove());

  it('works beside the gateway that writes it, and after it ended', async () => {
    const store = await folder.open();
    const beside = openReaders(folder.dataDir);
    const ids = newCall();
    await store.commit({ entries: [decided(ids)] });
    expect(await beside.readers.calls.get(ids.call)).toMatchObject({ state: 'open' });
    beside.close();
    await store.close();
    const after = openReaders(folder.dataDir);
    expect((await after.readers.log.head()).size).toBe(2);
    after.close();
  });

  it('refuses a folder without a log, and one with an older schema', async () => {
    expect(() => openReaders(folder.dataDir)).toThrow(expect.objectContaining({ code: 'unavailable' }));
    await (await folder.open()).close();
    const db = new Database(dataPaths(folder.dataDir).database);
    db.pragma('user_version = 0');
    db.close();
    expect(() => openReaders(folder.dataDir)).toThrow(/older schema/);
  });

  it('finds the rare call among thousands, and ends where there are no more', async () => {
    const store = await folder.open();
    const ids = newCall();
    await store.commit({ entries: [decided(ids, {}, { subject: JSON.stringify({ subject: 'rare' }) })] });
    const db = new Database(dataPaths(folder.dataDir).database);
    const columns = db.prepare("SELECT name FROM pragma_table_info('calls')").pluck().all() as string[];
    const others = columns.map((name) =>
      name === 'id'
        ? "'call_' || value"
        : name === 'seq'
          ? 'value - 1'
          : name === 'subject'
            ? "'common'"
            : name,
    );
    db.exec(
      `WITH RECURSIVE n (value) AS (VALUES (2) UNION ALL SELECT value + 1 FROM n WHERE value < 12000)
       INSERT INTO calls (${columns.join(', ')}) SELECT ${others.join(', ')} FROM n, (SELECT * FROM calls)`,
    );
    db.close();
    const found = await store.readers.calls.page({ subject: 'rare' }, { limit: 5 });
    expect(found).toMatchObject({ calls: [{ id: ids.call }], next: null });
    const all = await store.readers.calls.page({ subject: 'common' }, { limit: 11_000 });
    expect(all.calls).toHaveLength(11_000);
    const rest = await store.readers.calls.page(
      { subject: 'common' },
      { limit: 11_000, before: all.next ?? 0 },
    );
    expect(rest).toMatchObject({ calls: { length: 999 }, next: null });
    await store.close();
  });
});
