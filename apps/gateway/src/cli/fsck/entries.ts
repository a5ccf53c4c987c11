// Every entry by itself and after the one before: place, form, leaf hash, hash chain, time.
import {
  type Digest,
  type EntryHeader,
  equalBytes,
  leafHash,
  originDigest,
  parseEntry,
  TILE_WIDTH,
  toDigest,
} from '@countersign/audit';
import { createTileRows } from '../../store/sqlite/tree/tile-rows.ts';
import type { Check, FsckEntry } from './check.ts';

interface Gap {
  readonly from: number;
  readonly to: number;
}

interface Before {
  readonly index: number;
  readonly leaf: Digest;
  /** Microseconds since the epoch; null when the entry could not be read. */
  readonly time: number | null;
}

export const entryCheck: Check = {
  name: 'entries',
  start({ db, origin, size, archivedTo }, found) {
    const tiles = createTileRows(db);
    const gaps: Gap[] = [];
    const pruned: Gap[] = [];
    let before: Before = { index: -1, leaf: originDigest(origin), time: 0 };
    let checked = 0;

    function faultsOf({ index, header, leaf, entry }: FsckEntry, hash: Uint8Array): string[] {
      const faults = equalBytes(hash, leaf) ? [] : ['does not hash to the leaf that is stored with it'];
      if (index < 0 || index >= size) faults.push(`lies outside of the ${size} entries of the log`);
      if (entry === null) {
        const parsed = parseEntry(header);
        return [...faults, `is malformed: ${parsed.ok ? '' : parsed.error.message}`];
      }
      if (entry.index !== index) faults.push(`says that it is entry ${entry.index}`);
      if ((entry.kind === 'log.opened') !== (index === 0)) faults.push('is not of a kind that stands there');
      return index === before.index + 1 ? [...faults, ...linkFaults(entry)] : faults;
    }

    function linkFaults(entry: EntryHeader): string[] {
      const faults =
        entry.prev === before.leaf ? [] : ['does not follow the entry before: `prev` is another hash'];
      if (before.time !== null && entry.time < before.time) faults.push('is older than the entry before');
      return faults;
    }

    /** Of an archived entry the tiles are left. */
    function archivedBefore(index: number): Before | null {
      if (index > archivedTo) return null;
      const from = (index - 1) % TILE_WIDTH;
      const slice = { level: 0, index: (index - 1 - from) / TILE_WIDTH, from, to: from + 1 };
      const [leaf] = tiles.hashes(slice);
      return leaf === undefined ? null : { index: index - 1, leaf: toDigest(leaf), time: null };
    }

    return {
      entry(stored) {
        const { index, header, entry } = stored;
        checked += 1;
        if (index > before.index + 1) {
          gaps.push({ from: before.index + 1, to: index });
          before = archivedBefore(index) ?? before;
        }
        if (entry?.kind === 'log.pruned' && entry.body.size <= index) pruned.push(entry.body);
        const hash = leafHash(header);
        for (const fault of faultsOf(stored, hash))
          found({ place: { entry: index }, message: `entry ${index} ${fault}` });
        before = { index, leaf: toDigest(hash), time: entry?.time ?? null };
      },
      end() {
        if (before.index + 1 < size) gaps.push({ from: before.index + 1, to: size });
        // Archives are folders of their own; the tree still has the hashes of what is in them.
        for (const { from, to } of gaps.flatMap((gap) => without(gap, pruned, archivedTo))) {
          const what = to === from + 1 ? `entry ${from} is` : `entries ${from} to ${to - 1} are`;
          found({ place: { entry: from }, message: `${what} missing` });
        }
        return { checked };
      },
    };
  },
};

/** What of a gap no entry says is archived. */
function without(gap: Gap, pruned: readonly Gap[], archivedTo: number): readonly Gap[] {
  let left: readonly Gap[] = [gap];
  for (const { from, to } of pruned.filter((range) => range.to <= archivedTo)) {
    left = left.flatMap((one) => [
      ...(one.from < from ? [{ from: one.from, to: Math.min(one.to, from) }] : []),
      ...(one.to > to ? [{ from: Math.max(one.from, to), to: one.to }] : []),
    ]);
  }
  return left;
}
