// The ceremony by which a log goes on under another name: after a backup was put back, or when the head kept outside is
// lost. The log so far is put aside as it is; the new one begins with what is known of it (DESIGN section 9).
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { generateNoteKey, importNoteSigner, newId } from '@countersign/audit';
import { createHeadFile } from '../checkpoints/head-file.ts';
import { type Kept, KeptHeadError } from '../checkpoints/kept-head.ts';
import { publicJwkOf } from '../checkpoints/key-files.ts';
import { keyCreated } from '../identity/keys.ts';
import { keyFolder, openSecretFile } from '../identity/secret-file.ts';
import { settleErasures } from '../start/erasures.ts';
import { placeOf } from '../store/payload/place.ts';
import { dataPaths } from '../store/paths.ts';
import { openStore } from '../store/sqlite/requests/client.ts';
import { lockDataFolder, openForReading } from '../store/sqlite/open.ts';
import { StoreError } from '../store/store-error.ts';
import type { CheckpointRecord } from '../store/readers/log.ts';
import { archiveLog } from './archive.ts';
import { buildDatabase } from './build.ts';
import { endJournal, type Journal, writeJournal } from './journal.ts';
import { openingOf } from './opening.ts';
import { messageOf } from '../message-of.ts';

export interface Continued {
  readonly archive: string;
  /** The first checkpoint of the new log. */
  readonly checkpoint: CheckpointRecord;
}

/**
 * Carries the ceremony out, or goes on with one that was interrupted: every step may be repeated. Throws a StoreError, and
 * leaves the journal in place, where it cannot be carried out.
 */
export async function continueLog(
  dataDir: string,
  journal: Journal,
  headFile: string,
  tell: (message: string) => void,
): Promise<Continued> {
  const unlock = lockDataFolder(dataDir, dataPaths(dataDir));
  let archive: string;
  let kept: Kept | null;
  try {
    writeJournal(dataDir, journal);
    archive = await archiveLog(dataDir, journal);
    kept = await headKept(headFile);
    const isBegun = kept?.origin === journal.to;
    // INVARIANT: a head is kept only once the entries that it signs are durable: then nothing is to be built any more.
    if (!isBegun) buildDatabase(dataPaths(dataDir), dataPaths(archive).database, journal.startedAt);
  } finally {
    unlock();
  }
  const checkpoint = await beginLog(dataDir, archive, { journal, kept, headFile, tell });
  endJournal(dataDir);
  return { archive, checkpoint };
}

async function beginLog(
  dataDir: string,
  archive: string,
  of: {
    readonly journal: Journal;
    readonly kept: Kept | null;
    readonly headFile: string;
    readonly tell: (message: string) => void;
  },
): Promise<CheckpointRecord> {
  const { journal, kept, headFile, tell } = of;
  const key = await openSecretFile(
    join(keyFolder(dataDir), 'checkpoint.skey'),
    async () => (await generateNoteKey(journal.to)).skey,
  );
  if (!key.ok) throw new StoreError('unavailable', key.error);
  const db = openForReading(dataPaths(archive).database);
  const opening = openingOf(db, journal);
  db.close();
  const signer = await importNoteSigner(key.value.text.trim());
  if (!signer.ok) throw new StoreError('wrong_origin', signer.error.message);
  const created = await keyCreated('checkpoint', await publicJwkOf(signer.value.vkey));
  const store = await openStore({
    dataDir,
    origin: journal.to,
    node: newId('node'),
    checkpointKey: key.value.text.trim(),
    payload: placeOf(dataDir),
    headFile,
    opening: {
      continues: opening.continues,
      entries: [...opening.entries, created],
      replaces: kept?.note ?? null,
    },
    now: Date.now,
  });
  try {
    const begun = await store.signNow();
    // What was erased must not lie in the archive because a backup brought it back. The next start tries again.
    await settleErasures(store, { dataDir, origin: journal.to, tell }).catch((error: unknown) =>
      tell(
        `what was erased of \`${journal.from}\` is to be erased again at the next start: ${String(error)}`,
      ),
    );
    return begun;
  } catch (error) {
    const why = messageOf(error);
    throw new StoreError(
      'unavailable',
      `${why}; when that is mended, run the command again: it goes on from here`,
      {
        cause: error,
      },
    );
  } finally {
    await store.close();
  }
}

/** What is kept now, of either log. What cannot be read is put aside: it is why the ceremony is held. */
async function headKept(headFile: string): Promise<Kept | null> {
  try {
    return await createHeadFile(headFile).read();
  } catch (error) {
    if (!(error instanceof KeptHeadError) || error.code !== 'unreadable') throw error;
    renameSync(headFile, `${headFile}.unreadable`);
    return null;
  }
}
