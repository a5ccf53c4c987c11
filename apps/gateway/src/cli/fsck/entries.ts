// Every entry by itself and after the one before: place, form, leaf hash, hash chain, time.
import {
  type Digest,
  type EntryHeader,
  equalBytes,
  leafHash,
  originDigest,
  parseEntry,
  toDigest,
} from '@countersign/audit';
import type { Check, FsckEntry } from './check.ts';

interface Before {
  readonly index: number;
  readonly leaf: Digest;
  /** Microseconds since the epoch; null when the entry could not be read. */
  readonly time: number | null;
}

export const entryCheck: Check = {
  name: 'entries',
  start({ origin, size }, found) {
    const gaps: { readonly from: number; readonly to: number }[] = [];
    const pruned: { readonly from: number; readonly to: number }[] = [];
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

    return {
      entry(stored) {
        const { index, header, entry } = stored;
        checked += 1;
        if (index > before.index + 1) gaps.push({ from: before.index + 1, to: index });
        if (entry?.kind === 'log.pruned') pruned.push(entry.body);
        const hash = leafHash(header);
        for (const fault of faultsOf(stored, hash))
          found({ place: { entry: index }, message: `entry ${index} ${fault}` });
        before = { index, leaf: toDigest(hash), time: entry?.time ?? null };
      },
      end() {
        if (before.index + 1 < size) gaps.push({ from: before.index + 1, to: size });
        for (const { from, to } of gaps) {
          // Their archive is another file; the tree still has their hashes.
          if (pruned.some((range) => range.from <= from && to <= range.to)) continue;
          const what = to === from + 1 ? `entry ${from} is` : `entries ${from} to ${to - 1} are`;
          found({ place: { entry: from }, message: `${what} missing` });
        }
        return { checked };
      },
    };
  },
};
