import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrate, readMigrations } from './migrate.ts';
import { openForWriting } from './open.ts';

describe('migrations', () => {
  let dir: string;
  let db: Database.Database;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'countersign-migrate-'));
    db = openForWriting(join(dir, 'db'));
  });
  afterEach(() => {
    db.close();
    rmSync(dir, { recursive: true, force: true });
  });
  const version = (): unknown => db.pragma('user_version', { simple: true });
  const tables = (): unknown =>
    db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();

  it('bring an empty database up to date, once', () => {
    const all = readMigrations();
    expect(migrate(db)).toBe(all.length);
    expect(version()).toBe(all.length);
    expect(tables()).toContain('entries');
    expect(migrate(db)).toBe(0);
  });

  it('apply only what is missing', () => {
    const one = { number: 1, name: '0001_one.sql', sql: 'CREATE TABLE one (a)' };
    const two = { number: 2, name: '0002_two.sql', sql: 'CREATE TABLE two (a)' };
    expect(migrate(db, [one])).toBe(1);
    expect(migrate(db, [one, two])).toBe(1);
    expect(tables()).toEqual(['one', 'two']);
  });

  it('leave nothing behind when one fails', () => {
    const broken = { number: 1, name: '0001_broken.sql', sql: 'CREATE TABLE one (a); CREATE TABLE one (a)' };
    expect(() => migrate(db, [broken])).toThrow(/already exists/);
    expect([version(), tables()]).toEqual([0, []]);
  });

  it('refuse a database that a newer version wrote, and do not touch it', () => {
    db.pragma('user_version = 99');
    expect(() => migrate(db)).toThrow(expect.objectContaining({ code: 'foreign_database' }));
    expect([version(), tables()]).toEqual([99, []]);
  });

  it("refuse somebody else's database", () => {
    db.exec('CREATE TABLE users (name)');
    expect(() => migrate(db)).toThrow(/not a Countersign database/);
  });

  it.each([['0002_first.sql'], ['1_first.sql'], ['0001-first.sql'], ['notes.txt']])(
    'refuse a file called %s where 0001 is due',
    (name) => {
      const folder = mkdtempSync(join(dir, 'folder-'));
      writeFileSync(join(folder, name), '');
      expect(() => readMigrations(folder)).toThrow(/0001_<what>\.sql/);
    },
  );
});
