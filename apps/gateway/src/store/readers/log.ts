// The log itself, for whoever verifies, proves or exports it.
import type { StoredEntry } from '@countersign/audit';

interface LogHeadRecord {
  readonly origin: string;
  readonly size: number;
  /** Leaf hash of the last entry, 64 lowercase hex digits. */
  readonly lastLeaf: string;
}

export interface CheckpointRecord {
  readonly size: number;
  /** Merkle root, 64 lowercase hex digits. */
  readonly root: string;
  /** The signed note. */
  readonly note: string;
  /** Time of the newest entry covered; microseconds since the epoch. */
  readonly time: number;
}

export interface LogReader {
  head(): Promise<LogHeadRecord>;
  /** Entries below are in archives, and not here. */
  archivedTo(): Promise<number>;
  /** Null for one that is not there, or not any more. */
  entry(index: number): Promise<StoredEntry | null>;
  /** Entries from `from` (default 0) up to, not including, `to` (default: all), ascending, in constant memory. */
  entries(from?: number, to?: number): AsyncIterable<StoredEntry>;
  latestCheckpoint(): Promise<CheckpointRecord | null>;
  /** The checkpoint of exactly `size` entries, null where none was signed. */
  checkpointAt(size: number): Promise<CheckpointRecord | null>;
  /** The largest first; of those of fewer than `before` entries, where that is given. */
  recentCheckpoints(limit: number, before?: number): Promise<readonly CheckpointRecord[]>;
  /** The notes of all checkpoints, ascending by size. */
  checkpoints(): AsyncIterable<string>;
}
