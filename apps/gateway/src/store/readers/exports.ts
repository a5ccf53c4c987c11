// What exporting needs to find entries by, straight from the log, and what was taken away before.
import type { EntryKind, Id } from '@countersign/audit';

/** One export, as an erasure must name it: it cannot reach what was taken away. */
export interface ExportRecord {
  readonly id: Id<'exp'>;
  readonly format: string;
  /** JSON text of what was asked for. */
  readonly query: string;
  /** Index of the first entry, and of the one after the last. */
  readonly fromIndex: number;
  readonly toIndex: number;
  /** How many details it held in the clear. */
  readonly disclosed: number;
  /** SHA-256 of what was taken away, 64 hex digits. */
  readonly digest: string | null;
  readonly actor: string;
  /** Milliseconds since the epoch. */
  readonly exportedAt: number;
}

export interface ExportReader {
  /** Index of the newest entry of a chain; null for a chain that is not known. */
  chainHead(chain: string): Promise<number | null>;
  /** Indexes of the entries of these kinds from `from` up to, not including, `to`, ascending. Reads every header. */
  ofKinds(kinds: readonly EntryKind[], from: number, to: number): AsyncIterable<number>;
  /** Exports that may hold an entry with an index from `from` up to, not including, `to`; the newest first. */
  overlapping(from: number, to: number): Promise<readonly ExportRecord[]>;
}
