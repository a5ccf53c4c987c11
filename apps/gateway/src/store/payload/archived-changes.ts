// What a commit does to logs that this one continues, which lie in the data folder by themselves: noted within the commit,
// carried out once that is durable, in one transaction for each of them. What fails is found not done by whoever asked.
import { dirname } from 'node:path';
import { type EntryHeader, parseEntry } from '@countersign/audit';
import type Database from 'better-sqlite3';
import { openForReading } from '../sqlite/open.ts';
import type { ArchivedChange } from '../types.ts';
import { archivedDatabase, archivedOrigin, isUsedInArchive, withArchived } from './archived-log.ts';
import type { PayloadChanger } from './changer.ts';
import type { Forgetter } from './forget.ts';

export interface ArchivedChanges {
  /** `path` is a folder within the data folder. What was carried over of what goes there is forgotten at once. */
  add(path: string, changes: readonly ArchivedChange[]): void;
  carryOut(): void;
  /** Whether a value of any such log is sealed with this key. */
  isInUse(key: number): boolean;
  drop(): void;
}

interface Changing {
  readonly changer: PayloadChanger;
  /** Keys that were made for it are durable. */
  readonly flush: () => void;
  readonly rollback: () => void;
}

/** @param changing what changes an archived log of that name, with the keys of this one. */
export function createArchivedChanges(
  db: Database.Database,
  forget: Forgetter,
  changing: (archive: Database.Database, origin: string) => Changing,
): ArchivedChanges {
  const dataDir = dirname(db.name);
  let toDo: { readonly database: string; readonly changes: readonly ArchivedChange[] }[] = [];

  function forgetCarried(database: string, changes: readonly ArchivedChange[]): void {
    const archive = openForReading(database, 256);
    try {
      const headerAt = archive
        .prepare<[number], Uint8Array>('SELECT header FROM entries WHERE idx = ?')
        .pluck();
      for (const change of changes) {
        if ('forgetPerson' in change) forget.person(change.forgetPerson, change.isHeld);
        if (!('erase' in change)) continue;
        const parsed = parseEntry(headerAt.get(change.erase) ?? new Uint8Array());
        if (parsed.ok) forget.entry(parsed.value, change.names ?? allOf(parsed.value));
      }
    } finally {
      archive.close();
    }
  }

  return {
    add(path, changes) {
      const database = archivedDatabase(dataDir, path);
      forgetCarried(database, changes);
      toDo.push({ database, changes });
    },
    carryOut() {
      const due = toDo;
      toDo = [];
      for (const { database, changes } of due) {
        try {
          withArchived(database, (archive) => change(archive, changes));
        } catch (error) {
          process.stderr.write(`the archived log \`${database}\` could not be changed: ${String(error)}\n`);
        }
      }
    },
    isInUse: (key) => isUsedInArchive(dataDir, key),
    drop() {
      toDo = [];
    },
  };

  function change(archive: Database.Database, changes: readonly ArchivedChange[]): void {
    const { changer, flush, rollback } = changing(archive, archivedOrigin(archive));
    try {
      archive
        .transaction(() => {
          for (const one of changes) changer.apply(one);
          // INVARIANT: a key is on disk before anything that was sealed with it.
          flush();
        })
        .immediate();
    } catch (error) {
      rollback();
      throw error;
    }
    changer.afterCommit();
  }
}

const allOf = ({ commits }: EntryHeader): readonly string[] =>
  Object.entries(commits).flatMap(([name, commit]) => (commit === null ? [] : [name]));
