// Which entry was the first at or after a time, also where it was moved to an archive: an export from a time on must not begin
// later than that only because what came before the cut is somewhere else.
import { parseEntry } from '@countersign/audit';
import { ExportError } from '../exports/types.ts';
import { headerAt } from './headers.ts';
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
  const all = await behind();
  if (all === null) return from;
  const { log, moved } = all;
  const first = await log.archivedTo();
  // Times never go back along the log.
  let [low, high] = [first, cut];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const header = await headerAt(all, middle);
    const parsed = header === null ? null : parseEntry(header);
    if (parsed?.ok !== true)
      throw new ExportError(`archived entry ${middle} is malformed; run \`countersign verify\``);
    if (parsed.value.time < time * 1000) low = middle + 1;
    else high = middle;
  }
  const [missing] = moved?.unreached ?? [];
  if (low === first && first > 0)
    throw new ExportError(
      `what was recorded at that time may be in an archive that cannot be looked into: ${missing?.log ?? ''}: ${missing?.why ?? ''}`,
    );
  return low;
}
