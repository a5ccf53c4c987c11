// A migrated database of its own for a test, with the connection that writes.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '@countersign/audit';
import type Database from 'better-sqlite3';
import { createPayloads } from '../../payload/payloads.ts';
import { openTestVault } from '../../payload/testing-payloads.ts';
import { migrate } from '../migrate.ts';
import { openForWriting } from '../open.ts';
import type { WriterOptions } from '../writer/writer.ts';

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
  const vault = openTestVault(dir);
  const origin = 'test.example/log';
  return {
    path,
    db,
    options: {
      origin,
      node: newId('node'),
      time: 1_000_000,
      ...createPayloads(db, vault, origin),
    },
    remove: () => {
      db.close();
      vault.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
