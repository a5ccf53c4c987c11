// What an export is made from and what a format is: entries in, text out, a piece at a time. Formats are pure: they read
// no store, ask for no time and never decide what is disclosed (audit-log.md 3.1).
import type { Detail, Digest, EntryHeader, EntryKind } from '@countersign/audit';

/** An entry as it leaves the gateway. Whoever makes it decides which details are in `disclosed`; a format adds none. */
export interface ExportedEntry<K extends EntryKind = EntryKind> {
  readonly index: number;
  readonly header: EntryHeader<K>;
  /** The exact header bytes as text: canonical JSON, ASCII, one line. The leaf hash is over these. */
  readonly headerText: string;
  readonly leaf: Digest;
  /** Details that may be shown, each with its salt, so that it can be checked against the header. */
  readonly disclosed: readonly Detail[];
  /** Names of details that the header commits to and that were destroyed. Those in neither list are withheld. */
  readonly erased: readonly string[];
}

export interface ExportedCheckpoint {
  readonly size: number;
  /** Root hash of the first `size` entries. */
  readonly root: Digest;
  /** The signed note. */
  readonly note: string;
}

/** Signs exported statements: Ed25519 over exactly the bytes given. */
export interface ExportSigner {
  /** The verifier key in its C2SP text form. */
  readonly vkey: string;
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** What formats need to know besides the entries. */
export interface ExportContext {
  readonly origin: string;
  /** Version of the gateway. */
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly exportedAt: number;
  /** What was asked for, in words, for people: `chain chain_…`. */
  readonly query: string;
  /** What is not in it although it may have been asked for, in words; null where nothing is. */
  readonly untold: string | null;
  /**
   * The header of another entry of the log: an outcome names its decision by index. Nothing of its details is used, so
   * nothing leaves that was not counted as disclosed. Null where there is none.
   */
  readonly headerAt: (index: number) => Promise<EntryHeader | null>;
  /** The newest checkpoint that covers what is exported; null where there is none. */
  readonly checkpoint: ExportedCheckpoint | null;
  /** The inclusion proof of an entry in `checkpoint`: hashes from leaf to root. Null where proofs are not at hand. */
  readonly inclusion: ((index: number) => Promise<readonly Digest[]>) | null;
  /** Null where no key is at hand; then formats that sign cannot be written. */
  readonly signer: ExportSigner | null;
}

export type ExportWriter = (
  entries: AsyncIterable<ExportedEntry>,
  context: ExportContext,
) => AsyncIterable<string>;

export interface ExportFormat {
  /** One line for people. */
  readonly what: string;
  readonly mediaType: string;
  /** Without the dot. */
  readonly extension: string;
  /** Whether `context.signer` must be there. */
  readonly isSigned: boolean;
  /** Pieces of the text, each whole lines where the format has lines. */
  readonly write: ExportWriter;
}

/** An export that cannot be made of these entries. The message says what to do. */
export class ExportError extends Error {}
