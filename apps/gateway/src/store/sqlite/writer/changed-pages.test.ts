// What a batch of calls has the disk write: pages are what a commit costs, and what moving the write-ahead log costs again.
import { readFileSync, statSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { dataPaths } from '../../paths.ts';
import type { Store } from '../../store.ts';
import { decided, newCall } from '../../testing-drafts.ts';
import { openForReading } from '../open.ts';
import { createTestFolder, type TestFolder } from '../testing/folder.ts';

const WAL_HEADER = 32;
const FRAME_HEADER = 24;

let folder: TestFolder;
afterEach(() => folder.remove());

test('a batch of calls changes few pages of each index, however many calls there are', async () => {
  folder = await createTestFolder();
  const store = await folder.open();
  const { database } = dataPaths(folder.dataDir);
  const wal = `${database}-wal`;
  await decide(store, 2048);

  const before = statSync(wal).size;
  await decide(store, 64);
  const changed = pagesByTable(database, changedPages(readFileSync(wal), before));
  await store.close();

  expect(changed.get('entries')).toBeGreaterThan(10);
  // With ids in no order there would be some 25 of each: nearly all that there are.
  expect(changed.get('sqlite_autoindex_calls_1')).toBeLessThanOrEqual(8);
  expect(changed.get('sqlite_autoindex_chains_1')).toBeLessThanOrEqual(8);
});

async function decide(store: Store, calls: number): Promise<void> {
  const commits = Array.from({ length: calls }, () => store.commit({ entries: [decided(newCall())] }));
  for (const { ok } of await Promise.all(commits)) expect(ok).toBe(true);
}

/** The numbers of the pages in the frames from byte `from` on (SQLite file format, section 4.1). */
function changedPages(wal: Buffer, from: number): ReadonlySet<number> {
  const pageBytes = wal.readUInt32BE(8);
  const pages = new Set<number>();
  for (let at = Math.max(from, WAL_HEADER); at < wal.length; at += FRAME_HEADER + pageBytes)
    pages.add(wal.readUInt32BE(at));
  return pages;
}

function pagesByTable(database: string, pages: ReadonlySet<number>): ReadonlyMap<string, number> {
  const db = openForReading(database);
  const places = db.prepare<[], { name: string; pageno: number }>('SELECT name, pageno FROM dbstat').all();
  db.close();
  const changed = places.filter(({ pageno }) => pages.has(pageno));
  return new Map([...Map.groupBy(changed, ({ name }) => name)].map(([name, { length }]) => [name, length]));
}
