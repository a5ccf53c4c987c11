// Opens connections to the embedded database with the settings that durability rests on, and refuses where they did
// not take (DESIGN sections 3 and 9; audit-log.md 2.4).
import { closeSync, mkdirSync, openSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { DataPaths } from '../paths.ts';
import { StoreError } from '../store-error.ts';

/** Older ones can corrupt a database in WAL mode when a checkpoint races a reset of the log. */
const MINIMUM_SQLITE = [3, 51, 3] as const;
const FULL = 2;

/** The one read-write connection of the process. Creates folder and file, readable by their owner only. */
export function openForWriting(path: string): Database.Database {
  closeSync(openSync(path, 'a', 0o600));
  const db = new Database(path, { timeout: 5000 });
  try {
    requireSafeSqlite(db);
    db.pragma('journal_mode = WAL');
    syncWithCare(db);
    db.pragma('foreign_keys = ON');
    db.pragma('trusted_schema = OFF');
    db.pragma('cell_size_check = ON');
    db.pragma('secure_delete = ON');
    db.pragma('cache_size = -8000');
    requirePragma(db, 'journal_mode', 'wal');
    requireWritable(db);
  } catch (error) {
    db.close();
    throw error;
  }
  return db;
}

/** A connection that cannot write. `cacheKiB` bounds the pages that it keeps. */
export function openForReading(path: string, cacheKiB = 4000): Database.Database {
  let db: Database.Database;
  try {
    db = new Database(path, { readonly: true, fileMustExist: true, timeout: 5000 });
  } catch (error) {
    throw new StoreError(
      'unavailable',
      `cannot open \`${path}\`: check that the data folder is the right one`,
      {
        cause: error,
      },
    );
  }
  try {
    requireSafeSqlite(db);
    db.pragma('query_only = ON');
    db.pragma('trusted_schema = OFF');
    db.pragma('cell_size_check = ON');
    db.pragma(`cache_size = -${cacheKiB}`);
  } catch (error) {
    db.close();
    throw error;
  }
  return db;
}

/** A connection that changes no row, and moves the write-ahead log into the database with the same care as the one that writes. */
export function openForCheckpoints(path: string): Database.Database {
  const db = new Database(path, { fileMustExist: true, timeout: 5000 });
  try {
    requireSafeSqlite(db);
    db.pragma('query_only = ON');
    syncWithCare(db);
  } catch (error) {
    db.close();
    throw error;
  }
  return db;
}

/** Of both connections that put something on the disk: what is there, and an error in putting it there, are known. */
function syncWithCare(db: Database.Database): void {
  // WHY explicit: better-sqlite3 builds SQLite so that WAL drops to NORMAL at the first write, and NORMAL loses
  // acknowledged commits when the power fails.
  db.pragma('synchronous = FULL');
  // WHY off: SQLite ignores an error of an automatic checkpoint, also a failed sync. Whoever writes checkpoints by itself.
  db.pragma('wal_autocheckpoint = 0');
  requirePragma(db, 'synchronous', FULL);
}

/**
 * Makes the calling process the folder's only owner until the returned function is called or the process dies.
 * Throws a StoreError `in_use` when there is another. WHY a database of its own: its lock dies with the process,
 * also by SIGKILL, which a lock file does not, and it leaves readers of the real one alone.
 */
export function lockDataFolder(dataDir: string, paths: DataPaths): () => void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const lock = new Database(paths.lock, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    throw new StoreError(
      'in_use',
      `another process uses the data folder \`${dataDir}\`: stop it, or choose another folder with --data`,
      { cause: error },
    );
  }
  return () => {
    lock.close();
  };
}

/** Whether a version text such as `3.54.1` is at least the oldest safe one. */
export function isSafeSqliteVersion(version: string): boolean {
  const parts = version.split('.').map(Number);
  for (const [i, least] of MINIMUM_SQLITE.entries()) {
    const part = parts[i] ?? 0;
    if (part !== least) return part > least;
  }
  return true;
}

function requireSafeSqlite(db: Database.Database): void {
  const version = String(db.prepare('SELECT sqlite_version()').pluck().get());
  if (!isSafeSqliteVersion(version)) {
    throw new StoreError(
      'unsafe',
      `SQLite \`${version}\` can corrupt its log: at least ${MINIMUM_SQLITE.join('.')} is needed`,
    );
  }
}

/** WHY: where the write-ahead log cannot be opened for writing, SQLite opens it for reading, and says so at the first write only. */
function requireWritable(db: Database.Database): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    // What was silently opened for reading begins a transaction like any other, and refuses the first change.
    db.pragma('user_version = 0');
  } finally {
    if (db.inTransaction) db.exec('ROLLBACK');
  }
}

function requirePragma(db: Database.Database, name: string, wanted: string | number): void {
  const actual = db.pragma(name, { simple: true });
  if (actual !== wanted) {
    throw new StoreError(
      'unsafe',
      `the database did not take \`${name} = ${wanted}\` (it says \`${String(actual)}\`): use a local file system`,
    );
  }
}
