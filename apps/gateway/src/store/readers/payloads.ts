// What erasing and retention need to know of the values beside the log: under which keys they are sealed. Never what they
// say.
import type { HolderName } from '../payload/holder-name.ts';
import type { Awaitable } from '../types.ts';

export interface SealedEntry {
  readonly index: number;
  readonly key: number;
}

export interface PayloadReader {
  /** Entries from `from` up to, not including, `to` that have values, ascending, at most `limit`. */
  sealed(from: number, to: number, limit: number): Awaitable<readonly SealedEntry[]>;
  /** Those of these entries that have values. */
  sealedOf(indexes: readonly number[]): Awaitable<readonly SealedEntry[]>;
  /** Entries whose values are sealed with one of these keys, ascending, at most `limit`. */
  underKeys(keys: readonly number[], limit: number): Awaitable<readonly number[]>;
  /** Entries that were moved to an archive of old entries and whose values are sealed with one of these keys, ascending. */
  archivedUnder(keys: readonly number[]): Awaitable<readonly SealedEntry[]>;
  /** Those of these entries whose values were moved to an archive of old entries, and by which keys they are sealed. */
  archivedOf(indexes: readonly number[]): Awaitable<readonly SealedEntry[]>;
  /** All keys that were ever made for a holder and not destroyed. */
  keysOf(holder: HolderName): Awaitable<readonly number[]>;
  /** Which of these keys there are still. */
  existing(keys: readonly number[]): Awaitable<readonly number[]>;
  /** Keys of days from `from` up to, not including, `to` (days since the epoch, UTC) that seal nothing, at most `limit`. */
  unused(from: number, to: number, limit: number): Awaitable<readonly number[]>;
  /** The names of the payload key in use, and of the one that the log told of last. */
  payloadKey(): Awaitable<{ readonly current: string; readonly recorded: string | null }>;
  /** Number of bytes of the database, and of its write-ahead log. */
  fileBytes(): Awaitable<{ readonly database: number; readonly wal: number }>;
}
