// Verifies an archive of entries by itself: as a part of a log that leads to the root of the checkpoint in it.
import { type AuditOptions, type LogReport, verifyLog } from '@countersign/audit';
import type { Archive } from './read.ts';

/** Throws an ArchiveError where a file of it is missing or was changed, and a TypeError for a key that is none. */
export async function verifyArchive(
  archive: Archive,
  { replays = false, ...options }: Omit<AuditOptions, 'replayer'> & { readonly replays?: boolean },
): Promise<LogReport> {
  const replayer = replays ? (await import('../bundles/replayer.ts')).createReplayer() : undefined;
  return verifyLog(archive.entries(), {
    ...options,
    origin: archive.manifest.origin,
    before: (await archive.before()) ?? undefined,
    after: archive.after(),
    checkpoints: [archive.checkpoint],
    replayer,
  });
}
