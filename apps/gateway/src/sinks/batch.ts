// Reads the next entries for a sink from the log itself: what was committed is all there, however long ago, and no more
// of it is in memory than one batch.
import { exportedEntry } from '../exports/entry.ts';
import type { ExportedEntry } from '../exports/types.ts';
import type { LogReader } from '../store/readers/log.ts';
import { isWanted } from './filter.ts';
import type { SinkConfig } from './types.ts';

const MAX_ENTRIES = 200;
const MAX_BYTES = 1 << 20;
/** Entries looked at for one batch: those that are filtered out move the position all the same. */
const MAX_LOOKED_AT = 2000;

export interface Batch {
  readonly entries: readonly ExportedEntry[];
  /** Where the next batch begins once this one is taken. */
  readonly next: number;
  /** Time of the first entry looked at, microseconds since the epoch; null where there is none. */
  readonly firstTime: number | null;
}

/** @param size number of entries in the log: nothing beyond it is read. */
export async function readBatch(
  log: Pick<LogReader, 'entries'>,
  from: number,
  size: number,
  config: Pick<SinkConfig, 'entries' | 'details'>,
): Promise<Batch> {
  const names = new Set(config.details);
  const to = Math.min(size, from + MAX_LOOKED_AT);
  const entries: ExportedEntry[] = [];
  let bytes = 0;
  let firstTime: number | null = null;
  for await (const stored of log.entries(from, to)) {
    const entry = exportedEntry(stored, (name) => names.has(name));
    firstTime ??= entry.header.time;
    if (isWanted(entry.header, config.entries)) {
      entries.push(entry);
      bytes += sizeOf(entry);
    }
    if (entries.length === MAX_ENTRIES || bytes >= MAX_BYTES) {
      return { entries, next: entry.index + 1, firstTime };
    }
  }
  return { entries, next: to, firstTime };
}

function sizeOf({ headerText, disclosed }: ExportedEntry): number {
  return disclosed.reduce((total, { value }) => total + value.length, headerText.length);
}
