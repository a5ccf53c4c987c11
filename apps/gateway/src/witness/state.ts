// What a witness remembers: of each log the newest checkpoint that it cosigned. Its word is worth only as much as this
// file: an older copy put back would let a log rewind, so that nothing here ever makes a size smaller.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openForWriting } from '../store/sqlite/open.ts';
import { StoreError } from '../store/store-error.ts';

export interface Head {
  readonly size: number;
  readonly root: Uint8Array;
  /** The note with the log's signatures and the witness's own. */
  readonly note: string;
  /** Seconds since 1970. */
  readonly time: number;
}

export interface WitnessState {
  head(origin: string): Head | null;
  /** Durable when it returns true. False, and nothing changed, where `from` is no longer the newest. */
  advance(origin: string, from: Head | null, to: Head): boolean;
  /** Keeps the first pair of checkpoints by which a log contradicted itself. */
  keepConflict(origin: string, held: string, other: string): void;
  conflict(origin: string): { readonly held: string; readonly other: string } | null;
  close(): void;
}

const APPLICATION = 0x63_73_77_74;
const SCHEMA = `
  CREATE TABLE heads (
    origin TEXT PRIMARY KEY,
    size INTEGER NOT NULL,
    root BLOB NOT NULL CHECK (length(root) = 32),
    note TEXT NOT NULL,
    time INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE conflicts (origin TEXT PRIMARY KEY, held TEXT NOT NULL, other TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TRIGGER heads_never_shrink BEFORE UPDATE ON heads WHEN NEW.size < OLD.size OR NEW.time < OLD.time
  BEGIN SELECT RAISE(ABORT, 'a witness never goes back'); END;
  CREATE TRIGGER heads_stay BEFORE DELETE ON heads
  BEGIN SELECT RAISE(ABORT, 'a witness never forgets'); END;
`;
const COMMITS_BETWEEN_CHECKPOINTS = 256;

export function statePath(dataDir: string): string {
  return join(dataDir, 'witness.db');
}

export function hasState(dataDir: string): boolean {
  return existsSync(statePath(dataDir));
}

/** Opens the state in a folder that is there, or makes it. Throws a StoreError when it must not be used. */
export function openWitnessState(dataDir: string): WitnessState {
  const db = openForWriting(statePath(dataDir));
  const application = db.pragma('application_id', { simple: true });
  if (application === 0 && db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0) {
    db.transaction(() => {
      db.exec(SCHEMA);
      db.pragma(`application_id = ${APPLICATION}`);
    }).immediate();
  } else if (application !== APPLICATION) {
    db.close();
    throw new StoreError('foreign_database', `\`${statePath(dataDir)}\` is not the state of a witness`);
  }
  const read = db.prepare<[string], Head>('SELECT size, root, note, time FROM heads WHERE origin = ?');
  const insert = db.prepare(
    'INSERT INTO heads (origin, size, root, note, time) VALUES (?, ?, ?, ?, ?) ON CONFLICT (origin) DO NOTHING',
  );
  // INVARIANT: comparing and writing are one statement, in whatever process it runs.
  const update = db.prepare(
    'UPDATE heads SET size = ?, root = ?, note = ?, time = ? WHERE origin = ? AND size = ? AND root = ? AND time = ?',
  );
  const keep = db.prepare(
    'INSERT INTO conflicts (origin, held, other) VALUES (?, ?, ?) ON CONFLICT (origin) DO NOTHING',
  );
  const kept = db.prepare<[string], { held: string; other: string }>(
    'SELECT held, other FROM conflicts WHERE origin = ?',
  );
  let commits = 0;
  return {
    head: (origin) => read.get(origin) ?? null,
    advance(origin, from, to) {
      const { changes } =
        from === null
          ? insert.run(origin, to.size, to.root, to.note, to.time)
          : update.run(to.size, to.root, to.note, to.time, origin, from.size, from.root, from.time);
      commits += 1;
      if (commits % COMMITS_BETWEEN_CHECKPOINTS === 0) db.pragma('wal_checkpoint(PASSIVE)');
      return changes === 1;
    },
    keepConflict: (origin, held, other) => void keep.run(origin, held, other),
    conflict: (origin) => kept.get(origin) ?? null,
    close() {
      db.pragma('wal_checkpoint(TRUNCATE)');
      db.close();
    },
  };
}
