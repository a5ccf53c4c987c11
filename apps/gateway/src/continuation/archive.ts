// Puts the log so far aside, whole and by itself: database, keys, name, and what was known of it. Nothing of it is deleted,
// and nothing in it is written any more.
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { importNoteSigner, manifestKeyName } from '@countersign/audit';
import { keyFolder } from '../identity/secret-file.ts';
import { keepPlace, placeOf } from '../store/payload/place.ts';
import { dataPaths } from '../store/paths.ts';
import { openForWriting } from '../store/sqlite/open.ts';
import { moveOnce, writeDurably } from './files.ts';
import type { Journal } from './journal.ts';

/** The newest checkpoint known of the log, where it covers more than the log in the archive still has. */
export const NEWEST_KNOWN = 'newest-known-checkpoint';

/** To be called while nobody else has the folder. May be repeated. Returns the path of the archive. */
export async function archiveLog(dataDir: string, journal: Journal): Promise<string> {
  const archive = join(dataDir, journal.archive);
  mkdirSync(join(archive, 'keys'), { recursive: true, mode: 0o700 });
  archiveDatabase(dataPaths(dataDir).database, dataPaths(archive).database);
  await archiveKeys(dataDir, archive, journal.from);
  if (originIn(dataDir) === journal.from) moveOnce(join(dataDir, 'origin'), join(archive, 'origin'));
  // Outcomes that the log could not take belong to calls of the log so far.
  moveOnce(join(dataDir, 'spill.jsonl'), join(archive, 'spill.jsonl'));
  if (journal.known !== null) writeDurably(join(archive, NEWEST_KNOWN), journal.known, 0o444);
  // Its values stay readable by the keys that stay here, and are erased with them.
  keepPlace(archive, placeOf(dataDir));
  writeDurably(join(dataDir, 'origin'), `${journal.to}\n`, 0o644);
  return archive;
}

function archiveDatabase(from: string, to: string): void {
  // Where the archive has one, the one that is left is the unfinished new one.
  if (existsSync(to)) return;
  const db = openForWriting(from);
  // Without a write-ahead log it is one file, and can be read where nothing can be written.
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.pragma('journal_mode = DELETE');
  db.close();
  moveOnce(from, to);
  chmodSync(to, 0o400);
}

/** The keys that carry the log's name; the others are the node's, and stay. */
async function archiveKeys(dataDir: string, archive: string, origin: string): Promise<void> {
  const folder = keyFolder(dataDir);
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.skey'))) {
    const signer = await importNoteSigner(readFileSync(join(folder, name), 'utf8').trim());
    if (!signer.ok) continue;
    const isOfLog = [origin, manifestKeyName(origin)].includes(signer.value.name);
    if (isOfLog) moveOnce(join(folder, name), join(archive, 'keys', name));
  }
}

function originIn(dataDir: string): string | null {
  const path = join(dataDir, 'origin');
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : null;
}
