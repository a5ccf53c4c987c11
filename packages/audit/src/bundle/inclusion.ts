// Level "inclusion": every entry of a bundle stands in the tree that the checkpoint signs, by a proof of its own or as a
// member of a range that is shown to be complete. The leaf is always that of the header, whatever the bundle says.

import { equalBytes, fromHex } from '../bytes.ts';
import type { Checkpoint } from '../checkpoint.ts';
import { appendLeaf, appendSubtree, type CompactRange, EMPTY_RANGE, rangeRoot } from '../merkle.ts';
import { nodesOf } from '../proof/spans.ts';
import { verifyInclusion } from '../proof/verify.ts';
import type { Tally } from '../verify/tally.ts';
import type { EntryLine, RangeLine } from './types.ts';

export interface InclusionStep {
  readonly range: (line: RangeLine) => void;
  readonly check: (line: EntryLine, leaf: Uint8Array) => void;
  /** Closes the range. Its bounds where it was shown to be complete, else null. */
  readonly finish: () => { readonly from: number; readonly to: number } | null;
}

interface OpenRange {
  readonly from: number;
  readonly to: number;
  readonly after: readonly Uint8Array[];
  /** The tree up to the entry read last; null where `before` cannot be right. */
  grown: CompactRange | null;
  next: number;
  isClosed: boolean;
}

export function createInclusionStep(head: () => Checkpoint | null, tally: Tally): InclusionStep {
  let range: OpenRange | null = null;

  const close = (): void => {
    const checkpoint = head();
    if (range === null || range.isClosed || checkpoint === null) return;
    range.isClosed = true;
    if (range.next < range.to) {
      const missing = range.next;
      range.grown = null;
      tally.failed(
        'inclusion',
        'range_incomplete',
        missing,
        `entry ${missing} is missing: the bundle says that it has all entries from ${range.from} to ${range.to - 1}`,
      );
      return;
    }
    const whole = range.grown === null ? null : grownBy(range.grown, range.after, checkpoint.size);
    if (whole !== null && equalBytes(rangeRoot(whole), checkpoint.root)) return;
    range.grown = null;
    tally.failed(
      'inclusion',
      'range_root',
      null,
      `the entries ${range.from} to ${range.to - 1} do not lead to the root of the checkpoint: one of them, or their proof, was changed`,
    );
  };

  return {
    range: ({ from, to, before, after }) => {
      const checkpoint = head();
      tally.checked('inclusion');
      if (checkpoint === null) return;
      if (from >= to || to > checkpoint.size) {
        tally.failed(
          'inclusion',
          'range_root',
          null,
          `the checkpoint of ${checkpoint.size} entries has no entries ${from} to ${to - 1}`,
        );
        return;
      }
      const grown = grownBy(EMPTY_RANGE, before.map(bytesOf), from);
      range = { from, to, after: after.map(bytesOf), grown, next: from, isClosed: false };
    },
    check: ({ index, proof }, leaf) => {
      const checkpoint = head();
      tally.checked('inclusion');
      if (checkpoint === null) return;
      const isMember = range !== null && index >= range.from && index < range.to;
      if (range !== null && index >= range.to) close();
      if (range !== null && isMember && !range.isClosed) {
        if (index !== range.next) {
          close();
          return;
        }
        if (range.grown !== null) range.grown = appendLeaf(range.grown, leaf);
        range.next += 1;
        return;
      }
      if (proof === null) {
        if (isMember) return;
        tally.failed(
          'inclusion',
          'inclusion_missing',
          index,
          `entry ${index} has no proof that it is in the log`,
        );
        return;
      }
      const { size, root } = checkpoint;
      if (verifyInclusion({ index, leaf, size, root }, proof.map(bytesOf))) return;
      tally.failed(
        'inclusion',
        'inclusion_invalid',
        index,
        `entry ${index} is not in the log of the checkpoint: it, or its proof, was changed`,
      );
    },
    finish: () => {
      close();
      return range === null || range.grown === null ? null : { from: range.from, to: range.to };
    },
  };
}

/** The tree grown by perfect subtrees up to `to`; null where these are not as many as that takes. */
function grownBy(start: CompactRange, hashes: readonly Uint8Array[], to: number): CompactRange | null {
  const nodes = nodesOf({ from: start.size, to });
  if (nodes.length !== hashes.length) return null;
  return nodes.reduce<CompactRange>(
    (grown, { level }, at) => appendSubtree(grown, level, hashes[at] ?? new Uint8Array(0)),
    start,
  );
}

function bytesOf(hash: string): Uint8Array {
  return fromHex(hash) ?? new Uint8Array(0);
}
