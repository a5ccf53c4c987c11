import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateNoteKey, newId } from '@countersign/audit';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { dataPaths } from '../store/paths.ts';
import { openStore } from '../store/sqlite/requests/client.ts';
import type { Store } from '../store/store.ts';
import { followLog, type Follower } from './follow.ts';

const ORIGIN = 'test.example/log';
let dataDir: string;
let store: Store;
let follower: Follower | undefined;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'countersign-follow-'));
  const { skey } = await generateNoteKey(ORIGIN);
  store = await openStore({
    dataDir,
    origin: ORIGIN,
    node: newId('node'),
    checkpointKey: skey,
    now: Date.now,
  });
});
afterEach(async () => {
  await follower?.close();
  await store.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const started = {
  kind: 'node.started',
  call: null,
  agent: null,
  chain: null,
  body: {},
  details: {},
} as const;
const follow = () =>
  followLog(
    { database: dataPaths(dataDir).database, origin: ORIGIN, size: () => store.health().size },
    Date.now,
  );

test('reaches the head, and follows it when it moves', async () => {
  follower = follow();
  await vi.waitFor(() => expect(follower?.status()).toMatchObject({ state: 'verified', verifiedTo: 1 }));
  await store.commit({ entries: Array.from({ length: 100 }, () => started) });
  follower.more();
  await vi.waitFor(
    () => expect(follower?.status()).toMatchObject({ state: 'verified', verifiedTo: 101 }),
    5000,
  );
});

test('says where the log is broken, and stays by it', async () => {
  await store.commit({ entries: [started, started, started] });
  const db = new Database(dataPaths(dataDir).database);
  db.exec('DROP TRIGGER entries_no_update; UPDATE entries SET leaf = zeroblob(32) WHERE idx = 2');
  db.close();
  follower = follow();
  await vi.waitFor(() => expect(follower?.status()).toMatchObject({ state: 'broken', brokenAt: 2 }));
  await store.commit({ entries: [started] });
  follower.more();
  await vi.waitFor(() => expect(follower?.status()).toMatchObject({ state: 'broken', brokenAt: 2 }));
});

test('a hole larger than one slice is not taken for the end', async () => {
  await store.commit({ entries: Array.from({ length: 100 }, () => started) });
  const db = new Database(dataPaths(dataDir).database);
  db.exec('DROP TRIGGER entries_no_delete; DELETE FROM entries WHERE idx BETWEEN 10 AND 90');
  db.close();
  follower = follow();
  await vi.waitFor(() => expect(follower?.status()).toMatchObject({ state: 'broken', brokenAt: 10 }));
});
