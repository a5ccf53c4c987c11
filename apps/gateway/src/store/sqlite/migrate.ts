// Brings a database to the schema of this code: numbered, forward-only SQL files, each in a transaction of its own.
// A database that is newer than the code is refused, never touched.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type Database from 'better-sqlite3';
import { StoreError } from '../store-error.ts';

export interface Migration {
  /** From 1, without gaps. */
  readonly number: number;
  readonly name: string;
  readonly sql: string;
}

const FOLDER = fileURLToPath(new URL('../../../../../migrations/sqlite', import.meta.url));

/** The migrations in a folder, in order. Throws an Error for a file that is not `NNNN_name.sql` or a gap in the numbers. */
export function readMigrations(folder: string = FOLDER): readonly Migration[] {
  return readdirSync(folder)
    .sort()
    .map((name, i) => {
      const number = Number(/^(\d{4})_[a-z0-9_]+\.sql$/.exec(name)?.[1] ?? Number.NaN);
      if (number !== i + 1) {
        throw new Error(
          `migration \`${name}\` is out of order: name it \`${String(i + 1).padStart(4, '0')}_<what>.sql\``,
        );
      }
      return { number, name, sql: readFileSync(join(folder, name), 'utf8') };
    });
}

/** Applies what is missing; returns how many were applied. Throws a StoreError for a database that is not ours. */
export function migrate(db: Database.Database, migrations: readonly Migration[] = readMigrations()): number {
  const found = requireKnownSchema(db, migrations.length);
  if (found === 0 && db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() !== 0) {
    throw new StoreError('foreign_database', `\`${db.name}\` is not a Countersign database`);
  }
  const missing = migrations.slice(found);
  for (const { number, sql } of missing) {
    db.transaction(() => {
      db.exec(sql);
      db.pragma(`user_version = ${number}`);
    }).exclusive();
  }
  return missing.length;
}

/** The schema version of a database that this code can use, at most `newest`. Throws a StoreError for a newer one. */
export function requireKnownSchema(db: Database.Database, newest: number): number {
  const version = Number(db.pragma('user_version', { simple: true }));
  if (version > newest) {
    throw new StoreError(
      'foreign_database',
      `\`${db.name}\` has schema ${version}, this Countersign knows up to ${newest}: use the newer version that wrote it`,
    );
  }
  return version;
}
