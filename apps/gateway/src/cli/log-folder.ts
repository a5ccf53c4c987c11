// A log on disk, opened so that nothing can be written: what the offline commands read. Works beside a running gateway
// and on a copy of a data folder.
import { existsSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { currentKey, importNoteSigner, type KeyManifest, parseKeyManifest } from '@countersign/audit';
import type Database from 'better-sqlite3';
import { readHeadFile } from '../checkpoints/head-file.ts';
import { dataPaths } from '../store/paths.ts';
import type { LogReader } from '../store/readers/log.ts';
import type { TreeReader } from '../store/readers/tree.ts';
import { openForReading } from '../store/sqlite/open.ts';
import { createLogReader } from '../store/sqlite/readers/log.ts';
import { createKeyReader } from '../store/sqlite/readers/keys.ts';
import { createTreeReader } from '../store/sqlite/readers/tree.ts';
import { StoreError } from '../store/store-error.ts';
import { CommandError } from './exit.ts';

export interface LogFolder {
  readonly log: LogReader;
  readonly tree: TreeReader;
  readonly db: Database.Database;
  /** The head that is kept outside the database, null when there is none. */
  readonly kept: string | null;
  /** The log's own checkpoint key, where this data folder has it and we may read it. */
  readonly vkey: string | null;
  /** The newest key manifest in the database, its signature not checked; null where there is none. */
  readonly keyManifest: KeyManifest | null;
  close(): void;
}

/**
 * `path` is a data folder, or a database file by itself; `headFile` where the head of the log is kept, if not in the folder.
 * Ends the command with 2 when there is no log to read.
 */
export async function openLogFolder(path: string, headFile?: string): Promise<LogFolder> {
  const { database, folder } = locate(path);
  try {
    // Taken before any entry is read: what is signed meanwhile covers entries that we may not come to see.
    const place = headFile ?? (folder === null ? null : dataPaths(folder).checkpoint);
    const kept = place === null ? null : readHeadFile(place);
    const db = openForReading(database);
    try {
      const log = createLogReader(db);
      await log.head();
      const manifest = await storedManifest(db);
      return {
        log,
        tree: createTreeReader(db),
        db,
        kept,
        vkey: currentVkey(manifest) ?? (folder === null ? null : await ownKey(folder)),
        keyManifest: manifest,
        close: () => void db.close(),
      };
    } catch (error) {
      db.close();
      throw error;
    }
  } catch (error) {
    if (error instanceof StoreError) throw new CommandError(2, error.message, { cause: error });
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_')) {
      throw new CommandError(
        2,
        `\`${database}\` is no log of ours (${error.message}): name a data folder, or the database in one`,
        { cause: error },
      );
    }
    throw error;
  }
}

function locate(path: string): { readonly database: string; readonly folder: string | null } {
  if (!existsSync(path))
    throw new CommandError(2, `\`${path}\` is not there: name a data folder with \`--data\``);
  if (statSync(path).isDirectory()) return { database: dataPaths(path).database, folder: path };
  const folder = dirname(path);
  return { database: path, folder: dataPaths(folder).database === path ? folder : null };
}

function currentVkey(manifest: KeyManifest | null): string | null {
  return manifest === null ? null : (currentKey(manifest, 'checkpoint')?.vkey ?? null);
}

async function storedManifest(db: Database.Database): Promise<KeyManifest | null> {
  const record = await createKeyReader(db).manifest();
  const manifest = record === null ? null : parseKeyManifest(record.note);
  return manifest?.ok === true ? manifest.value : null;
}

/** Read only to derive the public half; an auditor's copy has no such file, and then signatures need `--key`. */
async function ownKey(folder: string): Promise<string | null> {
  const text = await readFile(join(folder, 'keys', 'checkpoint.skey'), 'utf8').catch(() => null);
  if (text === null) return null;
  const signer = await importNoteSigner(text.trim());
  return signer.ok ? signer.value.vkey : null;
}
