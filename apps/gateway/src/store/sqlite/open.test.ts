import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dataPaths } from '../paths.ts';
import { isSafeSqliteVersion, lockDataFolder, openForReading, openForWriting } from './open.ts';

describe('opening the database', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'countersign-open-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('still syncs every commit in full after the first write, where the library would drop to NORMAL', () => {
    const db = openForWriting(join(dir, 'db'));
    db.exec('CREATE TABLE t (a)');
    expect(db.pragma('synchronous', { simple: true })).toBe(2);
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(db.pragma('wal_autocheckpoint', { simple: true })).toBe(0);
    expect(db.pragma('trusted_schema', { simple: true })).toBe(0);
    expect(db.pragma('cell_size_check', { simple: true })).toBe(1);
    db.close();
  });

  it('keeps database and write-ahead log to their owner', () => {
    const db = openForWriting(join(dir, 'db'));
    db.exec('CREATE TABLE t (a)');
    for (const name of ['db', 'db-wal']) expect(statSync(join(dir, name)).mode & 0o077).toBe(0);
    db.close();
  });

  it('refuses a database that cannot be in WAL mode', () => {
    expect(() => openForWriting(':memory:')).toThrow(/journal_mode/);
    rmSync(':memory:', { force: true });
  });

  it('gives readers a connection that cannot write', () => {
    const path = join(dir, 'db');
    const writer = openForWriting(path);
    writer.exec('CREATE TABLE t (a)');
    const reader = openForReading(path);
    expect(() => reader.exec('INSERT INTO t VALUES (1)')).toThrow(/readonly/);
    expect(() => openForReading(join(dir, 'none'))).toThrow(expect.objectContaining({ code: 'unavailable' }));
    reader.close();
    writer.close();
  });

  it('lets one owner at a time have a data folder', () => {
    const unlock = lockDataFolder(dir, dataPaths(dir));
    expect(() => lockDataFolder(dir, dataPaths(dir))).toThrow(expect.objectContaining({ code: 'in_use' }));
    unlock();
    lockDataFolder(dir, dataPaths(dir))();
  });

  it.each([
    ['3.51.2', false],
    ['3.51.3', true],
    ['3.51.10', true],
    ['3.52.0', true],
    ['3.9.9', false],
    ['4.0.0', true],
  ])('takes SQLite %s as safe: %s', (version, isSafe) => {
    expect(isSafeSqliteVersion(version)).toBe(isSafe);
  });
});
