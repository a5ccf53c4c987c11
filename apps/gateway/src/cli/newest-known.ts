// The newest checkpoint of a log that anybody can show: what is kept outside the database, what was held elsewhere, and what
// the database has. Each must be signed by a key of the log.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { importNoteVerifier, type NoteVerifier, openCheckpoint, parseKeyManifest } from '@countersign/audit';
import { createHeadFile } from '../checkpoints/head-file.ts';
import { keyFiles } from '../checkpoints/key-files.ts';
import { KeptHeadError } from '../checkpoints/kept-head.ts';
import type { Journal } from '../continuation/journal.ts';
import { createKeyReader } from '../store/sqlite/readers/keys.ts';
import { CommandError } from './exit.ts';
import type { LogFolder } from './log-folder.ts';
import { orFail } from './own-log.ts';

export interface Known extends Pick<Journal, 'known' | 'knownFrom'> {
  readonly size: number;
}

export async function newestKnown(
  folder: LogFolder,
  of: {
    readonly dataDir: string;
    readonly origin: string;
    readonly headFile: string;
    /** Files with checkpoints that were held elsewhere. */
    readonly given: readonly string[];
    readonly cwd: string;
  },
): Promise<Known> {
  const verifiers = await logKeys(folder, of);
  const stored = await folder.log.latestCheckpoint();
  const kept = await keptNote(of.headFile);
  const given = await Promise.all(of.given.map((file) => readGiven(resolve(of.cwd, file))));
  const outside = [
    ...given.map((note) => ({ note, from: 'given' as const })),
    ...(kept === null ? [] : [{ note: kept, from: 'kept' as const }]),
  ];
  // WHY not the largest of all: where the database holds another history, what others hold is what was signed of this log.
  const candidates =
    outside.length > 0 || stored === null ? outside : [{ note: stored.note, from: 'database' as const }];
  let newest: Known = { known: null, knownFrom: 'nobody', size: 0 };
  for (const { note, from } of candidates) {
    const opened = await openCheckpoint(note, verifiers);
    if (!opened.ok || opened.value.origin !== of.origin) {
      const why = opened.ok
        ? `it is of \`${opened.value.origin}\``
        : `${opened.error.message}${opened.error.code === 'signature_missing' ? `; ${UNKNOWN_KEY}` : ''}`;
      throw new CommandError(2, `${NAMES[from]} is no checkpoint of \`${of.origin}\`: ${why}`);
    }
    if (opened.value.size >= newest.size) newest = { known: note, knownFrom: from, size: opened.value.size };
  }
  return newest;
}

// A whole data folder that was put back has neither the key that was rotated to since nor the manifest that names it.
const UNKNOWN_KEY =
  'where the key was rotated after the backup was made, put the file of the newest key beside the others in the folder of keys, as `checkpoint-<the eight digits in it>.skey`';

const NAMES = {
  database: 'the newest checkpoint in the database',
  given: 'what `--checkpoint` names',
  kept: 'what is kept outside the database',
} as const;

/** Every key that may have signed: a database put back may not know the newest, and its file is still here. */
async function logKeys(
  folder: LogFolder,
  { dataDir, origin }: { readonly dataDir: string; readonly origin: string },
): Promise<NoteVerifier[]> {
  const record = await createKeyReader(folder.db).manifest();
  const manifest = record === null ? null : parseKeyManifest(record.note);
  const listed = manifest?.ok === true ? manifest.value.keys.map(({ vkey }) => vkey) : [];
  const here = orFail(await keyFiles(dataDir, 'checkpoint', origin)).map(({ signer }) => signer.vkey);
  const verifiers: NoteVerifier[] = [];
  for (const vkey of new Set([...listed, ...here])) {
    const imported = await importNoteVerifier(vkey);
    if (imported.ok) verifiers.push(imported.value);
  }
  return verifiers;
}

async function readGiven(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    throw new CommandError(2, `\`${path}\` cannot be read: name a file that holds a checkpoint`, {
      cause: error,
    });
  });
}

async function keptNote(headFile: string): Promise<string | null> {
  try {
    return (await createHeadFile(headFile).read())?.note ?? null;
  } catch (error) {
    if (!(error instanceof KeptHeadError)) throw error;
    if (error.code === 'unreadable') return null;
    throw new CommandError(2, error.message, { cause: error });
  }
}
