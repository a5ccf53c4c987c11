// Makes proofs about an RFC 6962 tree from the roots of its perfect subtrees, wherever these are kept: O(log n) of them
// for each proof. What a reader hands out is not checked here; a proof from wrong hashes does not verify.

import { nodeHash } from '../merkle.ts';
import { consistencySpans, inclusionSpans, type Node, nodesOf, type Span } from './spans.ts';

/** The root of a perfect subtree, 32 bytes. Called only for subtrees that lie within the tree a proof is about. */
export type ReadNode = (node: Node) => Uint8Array | Promise<Uint8Array>;

/** The inclusion proof of leaf `index` in the tree over `size` leaves (RFC 6962 section 2.1.1), lowest hash first. */
export async function proveInclusion(index: number, size: number, read: ReadNode): Promise<Uint8Array[]> {
  requireWhole(index, size);
  if (index >= size) throw new RangeError(`a log of ${size} entries has no entry ${index}`);
  return rootsOf(inclusionSpans(index, size), read);
}

/** The proof that the tree over `older` leaves is a beginning of that over `newer` (RFC 6962 section 2.1.2). */
export async function proveConsistency(older: number, newer: number, read: ReadNode): Promise<Uint8Array[]> {
  requireWhole(older, newer);
  if (older > newer) throw new RangeError(`a log of ${newer} entries never had ${older}`);
  return rootsOf(consistencySpans(older, newer), read);
}

/** Shows that leaves `from` to `to` stand one after the other in the tree over `size` leaves, none left out. */
export interface RangeProof {
  /** Roots of the perfect subtrees before `from`, in order: the compact range of the first `from` leaves. */
  readonly before: readonly Uint8Array[];
  /** Roots of the perfect subtrees from `to` on, in order. */
  readonly after: readonly Uint8Array[];
}

export async function proveRange({ from, to }: Span, size: number, read: ReadNode): Promise<RangeProof> {
  requireWhole(from, to, size);
  if (from > to || to > size) throw new RangeError(`a log of ${size} entries has no range ${from} to ${to}`);
  const hashes = async (span: Span): Promise<Uint8Array[]> => readAll(span, read);
  return { before: await hashes({ from: 0, to: from }), after: await hashes({ from: to, to: size }) };
}

async function rootsOf(spans: readonly Span[], read: ReadNode): Promise<Uint8Array[]> {
  return Promise.all(
    spans.map(async (span) => {
      const hashes = await readAll(span, read);
      return hashes.reduceRight((right, left) => nodeHash(left, right));
    }),
  );
}

async function readAll(span: Span, read: ReadNode): Promise<Uint8Array[]> {
  return Promise.all(nodesOf(span).map(async (node) => read(node)));
}

function requireWhole(...numbers: readonly number[]): void {
  for (const number of numbers) {
    if (!Number.isSafeInteger(number) || number < 0)
      throw new RangeError(`\`${number}\` is no place in a log`);
  }
}
