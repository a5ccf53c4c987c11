// The logs that this one continues, as their archives lie in the data folder: for whoever must reach what they hold of a
// person. What is damaged or elsewhere is named, never passed over in silence.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseEntry } from '@countersign/audit';
import { archivedDatabase, archivedFolders, settleArchived } from '../store/payload/archived-log.ts';
import type { LogReader } from '../store/readers/log.ts';
import type { Readers } from '../store/readers.ts';
import { type OpenReaders, openReaders } from '../store/sqlite/readers.ts';
import { StoreError } from '../store/store-error.ts';
import { messageOf } from '../message-of.ts';

export interface ArchivedLog {
  /** Folder within the data folder. */
  readonly path: string;
  readonly origin: string;
  readonly readers: Readers;
}

export interface ArchivedLogs {
  readonly logs: readonly ArchivedLog[];
  /** Logs that came before and cannot be reached from here: by name or folder, and why. */
  readonly unreached: readonly { readonly log: string; readonly why: string }[];
}

/** Opens them for as long as `work` takes. `own` reads the log that goes on. */
export async function usingArchivedLogs<T>(
  dataDir: string,
  own: Pick<LogReader, 'entry'>,
  work: (archived: ArchivedLogs) => Promise<T>,
): Promise<T> {
  const opened: (ArchivedLog & { readonly close: () => void })[] = [];
  const unreached: { log: string; why: string }[] = [];
  try {
    for (const path of archivedFolders(dataDir)) {
      try {
        opened.push({ path, origin: '', ...openArchive(dataDir, path) });
      } catch (error) {
        unreached.push({ log: path, why: messageOf(error) });
      }
    }
    const logs: ArchivedLog[] = [];
    for (const one of opened) logs.push({ ...one, origin: (await one.readers.log.head()).origin });
    const here = new Set(logs.map(({ origin }) => origin));
    for (const log of [own, ...logs.map(({ readers }) => readers.log)]) {
      const before = await continuedBy(log);
      if (before !== null && !here.has(before))
        unreached.push({ log: before, why: 'its archive is not in the data folder' });
    }
    return await work({ logs, unreached });
  } finally {
    for (const { close } of opened) close();
  }
}

function openArchive(dataDir: string, path: string): OpenReaders {
  const database = archivedDatabase(dataDir, path);
  const folder = join(dataDir, path);
  if (existsSync(`${database}-journal`)) settleArchived(database);
  try {
    return openReaders(folder);
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== 'foreign_database') throw error;
    settleArchived(database);
    return openReaders(folder);
  }
}

/** The log that this one goes on from, by its first entry; null where it goes on from none, or that is not here. */
async function continuedBy(log: Pick<LogReader, 'entry'>): Promise<string | null> {
  const first = await log.entry(0);
  const header = first === null ? null : parseEntry(first.header);
  if (first === null || header?.ok !== true || header.value.kind !== 'log.opened') return null;
  const value = first.details.find(({ name }) => name === 'continues')?.value;
  if (value === undefined) return null;
  try {
    const { origin } = JSON.parse(Buffer.from(value).toString('utf8')) as { readonly origin?: unknown };
    return typeof origin === 'string' ? origin : null;
  } catch {
    return null;
  }
}
