// The database of a log that this one continues, as it lies in the data folder: nothing is appended to it any more, but what
// two people agree to erase goes from it as well. One file that nobody may write, except while that is done.
import { chmodSync, existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { dataPaths } from '../paths.ts';
import { migrate } from '../sqlite/migrate.ts';
import { openForReading } from '../sqlite/open.ts';
import { StoreError } from '../store-error.ts';
import { isPlaced } from './place.ts';

/** Where an archived log lies within its data folder. */
const ARCHIVED = /^archive\/[a-z0-9._-]+$/;

export function archivedDatabase(dataDir: string, path: string): string {
  if (!ARCHIVED.test(path)) throw new TypeError(`\`${path}\` is no folder of an archived log`);
  return dataPaths(join(dataDir, path)).database;
}

/** Does `work` with a connection that can write, and leaves one file that cannot be written. */
export function withArchived<T>(database: string, work: (db: Database.Database) => T): T {
  chmodSync(database, 0o600);
  const db = new Database(database, { timeout: 5000, fileMustExist: true });
  try {
    // WHY no write-ahead log: it is to be read where nothing can be written, and by readers that stay open.
    db.pragma('journal_mode = DELETE');
    db.pragma('synchronous = EXTRA');
    db.pragma('secure_delete = ON');
    db.pragma('trusted_schema = OFF');
    db.pragma('cell_size_check = ON');
    return work(db);
  } finally {
    db.close();
    chmodSync(database, 0o400);
  }
}

/** Undoes what a crash left half written, and brings the tables to the form that this version reads. */
export function settleArchived(database: string): void {
  withArchived(database, (db) => {
    migrate(db);
  });
}

/** The folders of logs that this one continues, within the data folder. */
export function archivedFolders(dataDir: string): readonly string[] {
  const folder = join(dataDir, 'archive');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .map((name) => `archive/${name}`)
    .filter((path) => ARCHIVED.test(path) && isPlaced(join(dataDir, path)))
    .filter((path) => existsSync(archivedDatabase(dataDir, path)))
    .sort();
}

/** Whether a value of an archived log of this data folder is sealed with this key. */
export function isUsedInArchive(dataDir: string, key: number): boolean {
  return archivedFolders(dataDir).some((path) => {
    const db = openForReading(archivedDatabase(dataDir, path), 256);
    try {
      return db.prepare('SELECT 1 FROM payloads WHERE key = ? LIMIT 1').get(key) !== undefined;
    } finally {
      db.close();
    }
  });
}

/** The name of the log in a database. Throws a StoreError where there is none. */
export function archivedOrigin(db: Database.Database): string {
  const origin = db.prepare<[], string>('SELECT origin FROM log_head').pluck().get();
  if (origin !== undefined) return origin;
  throw new StoreError('damaged', `\`${dirname(db.name)}\` holds no log`);
}
