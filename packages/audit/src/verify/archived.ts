// Entries that a log once had and that are read from an archive, or not at all: an entry `log.pruned` must say so of every one
// of them, else they were simply taken away (docs/log-format.md section 12).

import type { EntryHeader } from '../entry/types.ts';
import type { Digest } from '../sha256.ts';
import type { Tally } from './tally.ts';
import type { ArchivedRange, ArchiveRef } from './types.ts';

export interface ArchivedStep {
  readonly check: (entry: EntryHeader) => void;
  /**
   * Whether what is not known here may have begun before the first entry read. Once the log says that those before were
   * archived, nothing that was open then is left: only what is finished may be archived.
   */
  readonly mayBeBefore: () => boolean;
  /** Counts what refers to entries that are not read here. */
  readonly refers: () => void;
  readonly references: () => number;
  /** At the end: what nobody says of entries that are not here, or of the archives that were read. */
  readonly finish: () => readonly ArchivedRange[];
}

interface Said {
  readonly from: number;
  readonly to: number;
  readonly size: number;
  readonly archive: Digest;
  readonly entry: number;
}

/**
 * @param first index of the first entry that is read.
 * @param isPart an archive read by itself: what is before it was said elsewhere.
 */
export function createArchivedStep(
  { first, archives, isPart }: { first: number; archives: readonly ArchiveRef[]; isPart: boolean },
  tally: Tally,
): ArchivedStep {
  const said: Said[] = [];
  let isLate = first > 0;
  let references = 0;

  function prove({ from, to, digest }: ArchiveRef): ArchivedRange {
    const known = said.findLast((one) => one.from === from && one.to === to);
    if (known?.archive === digest) return { from, to, archive: digest, entry: known.entry, isRead: true };
    const others =
      known === undefined
        ? 'no entry says that they were archived'
        : `entry ${known.entry} names another archive`;
    tally.failed(
      'structure',
      'archive_mismatch',
      from,
      `the archive of entries ${from} to ${to - 1} is not the log’s own: ${others}`,
    );
    return { from, to, archive: digest, entry: null, isRead: true };
  }

  return {
    mayBeBefore: () => isLate,
    refers: () => {
      references += 1;
    },
    references: () => references,
    check: (entry) => {
      if (entry.kind !== 'log.pruned') return;
      const { from, to, size, archive } = entry.body;
      // What cannot be says nothing.
      if (from >= to || to > size || size > entry.index) return;
      said.push({ from, to, size, archive, entry: entry.index });
      if (to >= first) isLate = false;
    },
    finish: () => {
      const read = archives.map(prove);
      if (isPart) return read;
      const missing: ArchivedRange[] = [];
      for (let at = 0; at < first; ) {
        const known = said.findLast(({ from, to }) => from <= at && at < to);
        if (known === undefined) {
          const next = Math.min(first, ...said.map(({ from }) => from).filter((from) => from > at));
          const which = next - at === 1 ? `entry ${at} is` : `entries ${at} to ${next - 1} are`;
          tally.failed(
            'structure',
            'entry_missing',
            at,
            `${which} missing, and no entry says that they were archived`,
          );
          at = next;
          continue;
        }
        const { from, to, archive, entry } = known;
        missing.push({ from, to, archive, entry, isRead: false });
        at = to;
      }
      return [...missing, ...read];
    },
  };
}
