// What an export is asked for, what it is made from, and what comes of it (DESIGN section 9, issue 4 item 7).
import type { EntryBody, Id } from '@countersign/audit';
import type { MovedEntries } from '../archive/moved.ts';
import type { RecordedArchives } from '../archive/recorded.ts';
import type { ExportSigner } from '../exports/types.ts';
import type { CheckpointRecord } from '../store/readers/log.ts';
import type { Readers } from '../store/readers.ts';
import type { LogWriter } from '../store/types.ts';

export type ExportFormatName = EntryBody<'log.exported'>['format'];

/** Filters are joined by AND. Without any, the whole log. */
export interface ExportQuery {
  readonly chain?: string | undefined;
  readonly call?: string | undefined;
  /** Registry name of the agent that made the calls. */
  readonly agent?: string | undefined;
  /** Id of a policy that decided or guarded them. */
  readonly policy?: string | undefined;
  readonly outcome?: string | undefined;
  /** Filters for calls in one line, as people type it; empty: every call. */
  readonly calls?: string | undefined;
  /** Entry indexes; `to` is not included. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

export interface ExportRequest {
  readonly format: ExportFormatName;
  readonly query: ExportQuery;
  /** Names of details to be shown where they are stored; null: what replaying decisions needs, and what they were about. */
  readonly disclose: readonly string[] | 'all' | null;
  /** Names of details that are not shown, whatever `disclose` says. */
  readonly withhold: readonly string[];
  /** Sizes of checkpoints that somebody holds: the bundle shows that its own continues them. */
  readonly since: readonly number[];
  readonly reason: string | null;
}

/** Who takes it away. */
export interface ExportActor {
  readonly user: string;
  readonly uid: Id<'usr'> | null;
  readonly via: 'api' | 'cli';
}

export type ExportReaders = Pick<
  Readers,
  | 'approvals'
  | 'calls'
  | 'decisions'
  | 'entries'
  | 'exports'
  | 'keys'
  | 'log'
  | 'policies'
  | 'publications'
  | 'registry'
  | 'tree'
> & {
  /** The archives that `log` reads from; left out: it reads what is in the database. */
  readonly moved?: MovedEntries;
};

export interface ExportDeps {
  readonly readers: ExportReaders;
  /** Where the log's first entries were moved to; left out: what was archived is not exported. */
  readonly archived?: (signal: AbortSignal) => Promise<RecordedArchives>;
  readonly writer: LogWriter;
  /** A checkpoint that covers everything that is in the log by now. */
  readonly signNow: () => Promise<CheckpointRecord>;
  /** For formats that sign; null where no key is at hand. */
  readonly signer: ExportSigner | null;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Told how far archives were read, in words. */
  readonly onProgress?: ((line: string) => void) | undefined;
}

/** An export that is on record, and may be taken away now. */
export interface StartedExport {
  readonly id: Id<'exp'>;
  readonly format: ExportFormatName;
  readonly mediaType: string;
  /** For a name of the file, without the dot. */
  readonly extension: string;
  /** Index of the entry that records it. */
  readonly recordedAt: number;
  /** Number of entries in it, asked for or needed by those. */
  readonly entries: number;
  readonly disclosed: number;
  /** Calls of which nobody can tell whether they were asked for, since values that say so are gone; they are not in it. */
  readonly untold: number;
  /** SHA-256 of the file, 64 hex digits, and its length in bytes. */
  readonly digest: string;
  readonly bytes: number;
  /** The file. Throws before its last piece when it is not, byte for byte, what was recorded. */
  readonly pieces: AsyncIterable<string>;
}
