// Proofs about the log of this gateway, from its tree: that an entry is in it, that it only grew. Only about what was
// signed, up to the newest checkpoint, and never one that was not verified here first: a tree with a fault in it must not
// look like an entry that is not there.
import {
  appendSubtree,
  type CompactRange,
  EMPTY_RANGE,
  formatTlogProof,
  fromHex,
  nodesOf,
  proveConsistency,
  proveInclusion,
  rangeRoot,
  type Result,
  toHex,
  verifyConsistency,
  verifyInclusion,
} from '@countersign/audit';
import type { LogReader } from '../store/readers/log.ts';
import type { TreeReader } from '../store/readers/tree.ts';
import { StoreError } from '../store/store-error.ts';
import { submissionBody } from '../witness/wire.ts';

export interface ProofReads {
  readonly log: Pick<LogReader, 'head' | 'latestCheckpoint' | 'checkpointAt'>;
  readonly tree: Pick<TreeReader, 'node'>;
}

/** Hashes are 64 lowercase hex digits each. */
export interface EntryProof {
  readonly origin: string;
  readonly index: number;
  readonly size: number;
  readonly leaf: string;
  readonly root: string;
  readonly proof: readonly string[];
  /** The signed note of exactly `size` entries, and the whole as C2SP tlog-proof; null where that size was not signed. */
  readonly checkpoint: string | null;
  readonly text: string | null;
}

export interface GrowthProof {
  readonly origin: string;
  readonly from: number;
  readonly to: number;
  readonly fromRoot: string;
  readonly toRoot: string;
  readonly proof: readonly string[];
  /** The signed note of `to` entries, and the whole as a C2SP witness takes it; null where that size was not signed. */
  readonly checkpoint: string | null;
  readonly text: string | null;
}

/** What was asked for is not there: one sentence that says what is. */
export interface NoProof {
  readonly code: 'no_checkpoint' | 'not_covered';
  readonly message: string;
}

/** That entry `index` is in the log of `size` entries; by default, of the newest checkpoint. */
export async function proveEntry(
  reads: ProofReads,
  index: number,
  size?: number,
): Promise<Result<EntryProof, NoProof>> {
  const covered = await coveredSize(reads, size);
  if (!covered.ok) return covered;
  const tree = await treeAt(reads, covered.value);
  if (index >= tree.size) return none('not_covered', `a log of ${tree.size} entries has no entry ${index}`);
  const leaf = await reads.tree.node({ level: 0, index });
  const hashes = await proveInclusion(index, tree.size, reads.tree.node);
  if (!verifyInclusion({ index, leaf, size: tree.size, root: tree.root }, hashes)) throw damaged();
  const { origin } = await reads.log.head();
  const { note } = tree;
  const text = note === null ? null : formatTlogProof({ index, hashes, checkpoint: note, extra: null });
  return {
    ok: true,
    value: {
      origin,
      index,
      size: tree.size,
      leaf: toHex(leaf),
      root: toHex(tree.root),
      proof: hashes.map(toHex),
      checkpoint: note,
      text,
    },
  };
}

/** That the log of `from` entries is a beginning of that of `to`; by default, of the newest checkpoint. */
export async function proveGrowth(
  reads: ProofReads,
  from: number,
  to?: number,
): Promise<Result<GrowthProof, NoProof>> {
  const covered = await coveredSize(reads, to);
  if (!covered.ok) return covered;
  if (from > covered.value)
    return none(
      'not_covered',
      `a log of ${covered.value} entries never had ${from}: give the smaller size first`,
    );
  const [older, newer] = [await treeAt(reads, from), await treeAt(reads, covered.value)];
  const hashes = await proveConsistency(older.size, newer.size, reads.tree.node);
  if (!verifyConsistency({ older, newer }, hashes)) throw damaged();
  const { origin } = await reads.log.head();
  return {
    ok: true,
    value: {
      origin,
      from,
      to: newer.size,
      fromRoot: toHex(older.root),
      toRoot: toHex(newer.root),
      proof: hashes.map(toHex),
      checkpoint: newer.note,
      text: newer.note === null ? null : submissionBody(from, hashes, newer.note),
    },
  };
}

interface TreeAt {
  readonly size: number;
  readonly root: Uint8Array;
  readonly note: string | null;
}

/** The root is the signed one where that size was signed, else what the tree gives. */
async function treeAt({ log, tree }: ProofReads, size: number): Promise<TreeAt> {
  const signed = await log.checkpointAt(size);
  if (signed !== null) return { size, root: fromHex(signed.root) ?? new Uint8Array(), note: signed.note };
  let range: CompactRange = EMPTY_RANGE;
  for (const node of nodesOf({ from: 0, to: size }))
    range = appendSubtree(range, node.level, await tree.node(node));
  return { size, root: rangeRoot(range), note: null };
}

async function coveredSize({ log }: ProofReads, size?: number): Promise<Result<number, NoProof>> {
  const newest = await log.latestCheckpoint();
  if (newest === null) return none('no_checkpoint', 'no checkpoint was signed yet; try again in a second');
  return size === undefined || size <= newest.size
    ? { ok: true, value: size ?? newest.size }
    : none('not_covered', `the newest checkpoint covers ${newest.size} entries, not ${size}`);
}

function none(code: NoProof['code'], message: string): { readonly ok: false; readonly error: NoProof } {
  return { ok: false, error: { code, message } };
}

function damaged(): StoreError {
  return new StoreError(
    'damaged',
    'the tree in storage does not lead to the signed root: run `countersign log fsck` to find the place',
  );
}
