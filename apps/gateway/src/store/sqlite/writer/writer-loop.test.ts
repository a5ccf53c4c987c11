import { statSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { dataPaths } from '../../paths.ts';
import { StoreError } from '../../store-error.ts';
import { decided, newCall } from '../../testing-drafts.ts';
import { createAside } from './aside.ts';
import { createTreeExtender } from '../tree/extend-tree.ts';
import { openForReading } from '../open.ts';
import type { FromWriter } from '../requests/requests.ts';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { createTestFolder } from '../testing/folder.ts';
import { createWriter } from './writer.ts';
import { startWriterLoop } from './writer-loop.ts';

const MB = 1 << 20;
const large = () => decided(newCall(), {}, { request: 'x'.repeat(MB) });

it('the write-ahead log does not grow as the log does', async () => {
  const folder = await createTestFolder();
  const store = await folder.open();
  for (let written = 0; written < 80; written += 4) {
    const results = await Promise.all([1, 2, 3, 4].map(() => store.commit({ entries: [large()] })));
    expect(results.map(({ ok }) => ok)).toEqual([true, true, true, true]);
  }
  const { database } = dataPaths(folder.dataDir);
  expect(statSync(`${database}-wal`).size).toBeLessThan(50 * MB);
  await store.close();
  expect(statSync(database).size).toBeGreaterThan(80 * MB);
  folder.remove();
}, 60_000);

describe('a thread beside the writer that cannot move the write-ahead log', () => {
  let test: TestDatabase;
  beforeEach(() => {
    test = createTestDatabase();
  });
  afterEach(() => test.remove());

  it('ends the writer, which does not try again', async () => {
    const reader = openForReading(test.path);
    const posted: FromWriter['type'][] = [];
    const loop = startWriterLoop({
      db: test.db,
      writer: createWriter(test.db, test.options),
      signer: { sign: () => Promise.reject(new StoreError('key_unavailable', 'the key is elsewhere')) },
      aside: createAside(createTreeExtender(reader), { path: `${test.path}-gone`, cacheKiB: 256 }),
      checkpointIntervalMs: 1000,
      post: ({ type }) => void posted.push(type),
      end: () => reader.close(),
    });
    for (let id = 0; id < 20; id += 1) {
      loop.submit([{ id, time: 2_000_000, bytes: MB, request: { entries: [large()] } }]);
    }
    await vi.waitFor(() => expect(posted).toContain('fatal'), { timeout: 30_000, interval: 5 });
    loop.submit([{ id: 21, time: 2_000_000, bytes: 1, request: { entries: [large()] } }]);
    await loop.close();
    expect(posted.indexOf('fatal')).toBe(posted.length - 1);
  }, 60_000);
});
