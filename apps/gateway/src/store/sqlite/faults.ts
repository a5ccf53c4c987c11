// What an error out of SQLite means for the log. Anything that is not known to be harmless is fatal.
import Database from 'better-sqlite3';
import { messageOf as plainMessageOf } from '../../message-of.ts';

export type Fault =
  /** A row's uniqueness: the request's own doing, rolled back alone. */
  | 'conflict'
  /** The disk said no, for now: nothing of the batch was written, later ones may succeed. */
  | 'unavailable'
  /** What is on disk can no longer be trusted: no further write, ever, by this process. */
  | 'fatal'
  /** A request that no correct caller makes. */
  | 'bug';

const UNIQUENESS: ReadonlySet<string> = new Set([
  'SQLITE_CONSTRAINT_UNIQUE',
  'SQLITE_CONSTRAINT_PRIMARYKEY',
  'SQLITE_CONSTRAINT_ROWID',
]);

// WHY not IOERR as a whole: a write that failed is known not to have happened; after a failed sync the kernel may have
// dropped the pages and report success the next time, so a retry would acknowledge what is not there (PostgreSQL, 2018).
const TRANSIENT: ReadonlySet<string> = new Set([
  'SQLITE_FULL',
  'SQLITE_IOERR_WRITE',
  'SQLITE_IOERR_READ',
  'SQLITE_IOERR_NOMEM',
  'SQLITE_NOMEM',
  'SQLITE_CANTOPEN',
  'SQLITE_READONLY',
  'SQLITE_INTERRUPT',
  'SQLITE_LOCKED',
  'SQLITE_BUSY',
  'SQLITE_BUSY_RECOVERY',
  'SQLITE_BUSY_SNAPSHOT',
  'SQLITE_BUSY_TIMEOUT',
]);

/** The meaning of a SQLite result code, in its extended form (`SQLITE_IOERR_FSYNC`). */
export function faultOfCode(code: string): Fault {
  if (UNIQUENESS.has(code)) return 'conflict';
  if (code.startsWith('SQLITE_CONSTRAINT') || code === 'SQLITE_MISMATCH' || code === 'SQLITE_TOOBIG')
    return 'bug';
  if (code === 'SQLITE_ERROR' || code === 'SQLITE_RANGE' || code === 'SQLITE_MISUSE') return 'bug';
  return TRANSIENT.has(code) ? 'unavailable' : 'fatal';
}

/** The meaning of anything thrown while a request was applied. */
export function faultOf(error: unknown): Fault {
  return error instanceof Database.SqliteError ? faultOfCode(error.code) : 'bug';
}

/** What to do about an error out of SQLite, behind what it says; empty where nothing is known. */
export function remedyOf(error: unknown): string {
  const isDamaged = error instanceof Database.SqliteError && /^SQLITE_(?:CORRUPT|NOTADB)/.test(error.code);
  return isDamaged ? ': `countersign log fsck` says what is damaged; put back its newest copy' : '';
}

export function messageOf(error: unknown): string {
  if (error instanceof Database.SqliteError) return `${error.message} (${error.code})`;
  return plainMessageOf(error);
}
