// A migrated database of its own for a test, with the connection that writes.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '@countersign/audit';
import type Database from 'better-sqlite3';
import { migrate } from './migrate.ts';
import { openForWriting } from './open.ts';
import type { WriterOptions } from './writer.ts';

export interface TestDatabase {
  readonly path: string;
  readonly db: Database.Database;
  readonly options: WriterOptions;
  remove(): void;
}

export function createTestDatabase(): TestDatabase {
  const dir = mkdtempSync(join(tmpdir(), 'countersign-database-'));
  const path = join(dir, 'db');
  const db = openForWriting(path);
  migrate(db);
  return {
    path,
    db,
    options: { origin: 'test.example/log', node: newId('node'), time: 1_000_000 },
    remove: () => {
      db.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
