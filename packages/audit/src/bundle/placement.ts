// Levels "structure", "leaves" and "hashChain" of a bundle: each header is strictly well formed, stands where it says it
// stands, fits what was asked for, has the leaf hash beside it, and continues its neighbour where that is there.

import { utf8 } from '../bytes.ts';
import { originDigest } from '../entry/chain.ts';
import { parseEntry } from '../entry/parse.ts';
import type { EntryHeader } from '../entry/types.ts';
import { leafHash } from '../merkle.ts';
import { type Digest, toDigest } from '../sha256.ts';
import type { Tally } from '../verify/tally.ts';
import { selectionProblem } from './selection.ts';
import type { BundleHead, EntryLine } from './types.ts';

export interface Placed {
  /** Null where the header is malformed. */
  readonly entry: EntryHeader | null;
  readonly leaf: Uint8Array;
  readonly digest: Digest;
}

export interface PlacementStep {
  readonly check: (line: EntryLine) => Placed;
  /** How many entries a checkpoint must cover that covers all of those here. */
  readonly needed: () => number;
}

export function createPlacementStep(head: () => BundleHead | null, tally: Tally): PlacementStep {
  let before: { readonly index: number; readonly leaf: Digest } | null = null;
  let time = 0;

  const place = (entry: EntryHeader, { index, selected }: EntryLine): void => {
    const failed = (code: Parameters<Tally['failed']>[1], message: string): void =>
      tally.failed('structure', code, index, `entry ${index} ${message}`);
    if (entry.index !== index)
      failed('entry_misplaced', `stands there but was written as entry ${entry.index}`);
    if (entry.time < time) failed('time_backwards', 'is older than the entry before it');
    time = entry.time;
    const { selection = null } = head() ?? {};
    const stray = selection === null || !selected ? null : selectionProblem(selection, entry);
    if (stray !== null) failed('entry_not_selected', `was not asked for: ${stray}`);
  };

  const link = ({ prev }: EntryHeader, index: number): void => {
    const { origin = '' } = head() ?? {};
    if (index === 0) {
      tally.checked('hashChain');
      if (prev === originDigest(origin)) return;
      tally.failed('hashChain', 'origin_mismatch', 0, `entry 0 does not begin the log \`${origin}\``);
    } else if (before?.index === index - 1) {
      tally.checked('hashChain');
      if (prev === before.leaf) return;
      const message = `entry ${index} does not continue entry ${index - 1}: one of the two was changed`;
      tally.failed('hashChain', 'prev_mismatch', index, message);
    }
  };

  return {
    needed: () => (before === null ? 1 : before.index + 1),
    check: (line) => {
      const { index } = line;
      const header = utf8(line.header);
      const parsed = parseEntry(header);
      const leaf = leafHash(header);
      const digest = toDigest(leaf);
      tally.checked('structure');
      tally.checked('leaves');
      if (digest !== line.leaf) {
        const message = `entry ${index} was changed: its bytes do not have the leaf hash beside them`;
        tally.failed('leaves', 'leaf_mismatch', index, message);
      }
      if (parsed.ok) {
        place(parsed.value, line);
        link(parsed.value, index);
      } else tally.failed('structure', 'entry_malformed', index, `entry ${index}: ${parsed.error.message}`);
      before = { index, leaf: digest };
      return { entry: parsed.ok ? parsed.value : null, leaf, digest };
    },
  };
}
