// The Merkle tree of the log, for whoever proves something about it or follows it from outside.
import type { ReadNode } from '@countersign/audit';

export interface TreeReader {
  /**
   * The root of a perfect subtree, 32 bytes: a `ReadNode` for the prove functions, O(1) reads each. Rejects with a
   * RangeError for leaves that the log does not have.
   */
  readonly node: ReadNode;
  /** The first `width` hashes (default 256) of a tile, 32 bytes each; null when the log has not so many. */
  tile(level: number, index: number, width?: number): Promise<Uint8Array | null>;
  /** The first `width` headers of a bundle, each after its length in two bytes; null when the log has not so many. */
  entryBundle(index: number, width?: number): Promise<Uint8Array | null>;
}
