import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { faultOf, faultOfCode } from './faults.ts';

describe('errors of SQLite', () => {
  it.each([
    ['SQLITE_CONSTRAINT_PRIMARYKEY', 'conflict'],
    ['SQLITE_CONSTRAINT_UNIQUE', 'conflict'],
    ['SQLITE_CONSTRAINT_NOTNULL', 'bug'],
    ['SQLITE_CONSTRAINT_TRIGGER', 'bug'],
    ['SQLITE_ERROR', 'bug'],
    ['SQLITE_FULL', 'unavailable'],
    ['SQLITE_IOERR_WRITE', 'unavailable'],
    ['SQLITE_BUSY', 'unavailable'],
    ['SQLITE_READONLY', 'unavailable'],
    // A sync is never retried, and a database that moved or broke is not the one that was opened.
    ['SQLITE_IOERR_FSYNC', 'fatal'],
    ['SQLITE_IOERR_DIR_FSYNC', 'fatal'],
    ['SQLITE_IOERR_SHORT_READ', 'fatal'],
    ['SQLITE_CORRUPT', 'fatal'],
    ['SQLITE_NOTADB', 'fatal'],
    ['SQLITE_READONLY_DBMOVED', 'fatal'],
    ['SQLITE_SOMETHING_NEW', 'fatal'],
  ])('%s means %s', (code, fault) => {
    expect(faultOfCode(code)).toBe(fault);
  });

  it('are told from errors of the caller', () => {
    const db = new Database(':memory:');
    db.exec('CREATE TABLE t (a UNIQUE)');
    const insert = db.prepare('INSERT INTO t VALUES (?)');
    const thrownBy = (run: () => unknown): unknown => {
      try {
        return run();
      } catch (error) {
        return error;
      }
    };
    insert.run(1);
    expect(faultOf(thrownBy(() => insert.run(1)))).toBe('conflict');
    expect(faultOf(thrownBy(() => insert.run({})))).toBe('bug');
    expect(faultOf(new TypeError('no'))).toBe('bug');
  });
});
