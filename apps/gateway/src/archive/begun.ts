// An archive that was recorded and of which entries are still in the database: the ceremony was interrupted, and nothing but
// room is lost by that.
import type { LogReader } from '../store/readers/log.ts';

/** For the operator; null where all that is archived is gone from here. */
export async function begunArchive(log: Pick<LogReader, 'archivedTo' | 'entry'>): Promise<string | null> {
  const to = await log.archivedTo();
  // The oldest go first: as long as the last is there, it is not through.
  if (to === 0 || (await log.entry(to - 1)) === null) return null;
  return `entries before ${to} were archived and are not all deleted here: run \`countersign log archive\` again, with the same \`--to\``;
}
