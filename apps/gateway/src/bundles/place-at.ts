// Which entry was the first at or after a time, also where it was moved to an archive: an export from a time on must not begin
// later than that only because what came before the cut is somewhere else.
import { ArchiveError } from '../archive/archive-error.ts';
import { firstMovedSince } from '../archive/moved.ts';
import { ExportError } from '../exports/types.ts';
import type { ExportReaders } from './types.ts';

/**
 * Throws an ExportError where it is in an archive that cannot be read.
 *
 * @param time milliseconds since the epoch.
 * @param behind opens the archives; null where nobody says where they are.
 */
export async function placeAt(
  time: number,
  readers: ExportReaders,
  behind: () => Promise<ExportReaders | null>,
): Promise<number> {
  const { from } = await readers.decisions.since(time);
  const cut = await readers.log.archivedTo();
  // Where the first entry that is left is not the answer, none before is.
  if (from > cut || cut === 0) return from;
  const moved = (await behind())?.moved;
  if (moved === undefined) return from;
  return firstMovedSince(moved, time).catch((error: unknown) => {
    if (error instanceof ArchiveError) throw new ExportError(error.message, { cause: error });
    throw error;
  });
}
