// What a check of `countersign log fsck` is. Each has a file of its own and a line in `checks.ts`; all of them see the same
// snapshot of the database, and every entry of it once.
import type { EntryHeader } from '@countersign/audit';
import type Database from 'better-sqlite3';

export interface FsckContext {
  /** Opened for reading, in a transaction that lasts until all checks are over. */
  readonly db: Database.Database;
  readonly origin: string;
  /** Number of entries that the head of the log says. */
  readonly size: number;
  /** Entries below are in an archive, or may be; and calls below, by their number. */
  readonly archivedTo: number;
  readonly firstCall: number;
  /** The checkpoint beside the database, null when there is none. */
  readonly kept: string | null;
  /** The log's own checkpoint key, null where it is not here. */
  readonly vkey: string | null;
}

/** An entry as it is stored; whatever is wrong with it is for the check of entries to say. */
export interface FsckEntry {
  readonly index: number;
  readonly header: Uint8Array;
  /** The leaf hash that is stored with it. */
  readonly leaf: Uint8Array;
  /** Null when the header cannot be read. */
  readonly entry: EntryHeader | null;
}

/** What a fault is about: an entry, a tile, a checkpoint, or a row of another table. Null: the store as a whole. */
export type Place =
  | { readonly entry: number }
  | { readonly tile: { readonly level: number; readonly index: number } }
  | { readonly checkpoint: number }
  | { readonly table: string; readonly row: string }
  | null;

export interface Fault {
  readonly place: Place;
  /** One sentence, lowercase, without a final period. */
  readonly message: string;
}

export interface Check {
  /** As it stands in the report. */
  readonly name: string;
  start(context: FsckContext, found: (fault: Fault) => void): CheckRun;
}

export interface CheckRun {
  /** Every stored entry, ascending by index. */
  entry?(entry: FsckEntry): void;
  /** Once, after the last entry. */
  end(): CheckEnd | Promise<CheckEnd>;
}

export interface CheckEnd {
  /** How many things were looked at. */
  readonly checked: number;
  /** What could not be checked, one sentence each. */
  readonly notChecked?: readonly string[];
}
