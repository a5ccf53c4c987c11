// What the log's own keys signed of it last: the newest checkpoint in the database, and the head that is kept outside it.
import { importNoteVerifier, openCheckpoint } from '@countersign/audit';
import { keyFiles } from '../checkpoints/key-files.ts';
import { readHeadFile } from '../checkpoints/head-file.ts';
import type { SignedHead } from '../store/sqlite/rebuild/rebuild-tiles.ts';
import { CommandError } from './exit.ts';
import { openLogFolder } from './log-folder.ts';
import { orFail } from './own-log.ts';

/** Ends the command where a key is missing, with 2, or did not sign, with 1. */
export async function signedHeads(dataDir: string, headFile: string): Promise<readonly SignedHead[]> {
  const folder = await openLogFolder(dataDir, headFile);
  try {
    const { origin } = await folder.log.head();
    const keys = orFail(await keyFiles(dataDir, 'checkpoint', origin));
    if (keys.length === 0)
      throw new CommandError(
        2,
        `no checkpoint key of \`${origin}\` is in \`${dataDir}/keys\`: without it nobody can tell what was signed`,
      );
    const imported = await Promise.all(keys.map(async ({ signer }) => importNoteVerifier(signer.vkey)));
    const verifiers = imported.flatMap((key) => (key.ok ? [key.value] : []));
    const newest = await folder.log.latestCheckpoint();
    const notes = [
      { note: newest?.note ?? null, what: 'the newest checkpoint' },
      { note: readHeadFile(headFile), what: `the head kept in \`${headFile}\`` },
    ];
    const heads: SignedHead[] = [];
    for (const { note, what } of notes) {
      if (note === null) continue;
      const opened = await openCheckpoint(note, verifiers);
      if (!opened.ok || opened.value.origin !== origin) {
        const why = opened.ok ? `it is of \`${opened.value.origin}\`` : opened.error.message;
        throw new CommandError(1, `${what} is not of this log: ${why}; run \`countersign log fsck\``);
      }
      heads.push(opened.value);
    }
    return heads;
  } finally {
    folder.close();
  }
}
