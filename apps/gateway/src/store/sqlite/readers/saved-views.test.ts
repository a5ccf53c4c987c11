import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { migrate, readMigrations } from '../migrate.ts';
import { openForWriting } from '../open.ts';
import { createSavedViewReader } from './saved-views.ts';

let dir: string;
let db: Database.Database;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'countersign-views-'));
  db = openForWriting(join(dir, 'db'));
});
afterEach(() => {
  db.close();
  rmSync(dir, { recursive: true, force: true });
});

/** Number of the migration by which views can be shared. */
const SHARED_SINCE = 17;

test('what was saved before views could be shared is its owner’s alone, as it was', async () => {
  migrate(db, readMigrations().slice(0, SHARED_SINCE - 1));
  db.exec(
    "INSERT INTO saved_views (user, name, page, search, saved_at) VALUES ('fiona', 'old', '/calls', '', 7)",
  );
  migrate(db);
  const views = createSavedViewReader(db);
  expect(await views.seenBy('fiona')).toEqual([
    { owner: 'fiona', name: 'old', page: '/calls', search: '', shared: false, savedAt: 7 },
  ]);
  expect(await views.seenBy('omar')).toEqual([]);
});
