// What the lines of a proof bundle hold, as values. docs/log-format.md ("Proof bundles") is their specification: one JSON object
// a line, closed, canonical; the lines of one type stand together, in the order of `LINE_TYPES`.

import type { Id } from '../ids.ts';
import type { Digest } from '../sha256.ts';

/** The format's version; it stands in the first line. */
export const BUNDLE_VERSION = 'countersign/bundle/1';

/** Every type of line, in the order in which a bundle has them. */
export const LINE_TYPES = [
  'bundle',
  'keys',
  'checkpoint',
  'consistency',
  'anchor',
  'policySet',
  'schema',
  'range',
  'receipt',
  'entry',
  'end',
] as const;

export type LineType = (typeof LINE_TYPES)[number];

/** What was asked for. Null: not narrowed by that. `from` and `to` are entry indexes, `to` not included. */
export interface BundleSelection {
  readonly agent: string | null;
  readonly call: Id<'call'> | null;
  readonly chain: Id<'chain'> | null;
  readonly from: number | null;
  readonly outcome: string | null;
  readonly policy: string | null;
  readonly to: number | null;
}

/** The first line. What it says is the exporter's word: no signature covers it, so nothing may rest on it alone. */
export interface BundleHead {
  readonly type: 'bundle';
  readonly v: typeof BUNDLE_VERSION;
  /** What combines the results of policies to a decision, and its version. */
  readonly algebra: string;
  /** Names of details that were shown where they were stored. */
  readonly disclosed: readonly string[];
  /** What evaluates policies, and its version. */
  readonly engine: string;
  readonly export: Id<'exp'> | null;
  /** What made the bundle, and its version. */
  readonly generator: string;
  /** When it was made; microseconds since the Unix epoch. */
  readonly made: number;
  readonly origin: string;
  readonly selection: BundleSelection;
}

/** The log's own statement of which keys speak for it, as a signed note. */
export interface KeysLine {
  readonly type: 'keys';
  readonly note: string;
}

/** The checkpoint that everything in the bundle is proven against, with whatever cosignatures it has. */
export interface CheckpointLine {
  readonly type: 'checkpoint';
  readonly note: string;
}

/** Shows that the log of `from` entries is a beginning of that of the checkpoint. */
export interface ConsistencyLine {
  readonly type: 'consistency';
  readonly from: number;
  readonly hashes: readonly Digest[];
}

/** A checkpoint as somebody outside holds it, and what they gave for it (base64; a time-stamp token). */
export interface AnchorLine {
  readonly type: 'anchor';
  readonly name: string;
  readonly note: string;
  readonly proof: string | null;
  readonly to: 'witness' | 'file' | 'timestamp' | 'log';
}

/** A policy set in full. Where `entry` is the `policy.activated` that brought it, `salt` opens its detail `sources`. */
export interface PolicySetLine {
  readonly type: 'policySet';
  readonly digest: Digest;
  readonly entry: number | null;
  readonly salt: string | null;
  /** The exact text of the detail: a JSON array of `{"file", "text"}`. */
  readonly sources: string;
}

/** What policies and arguments were typed by, as JSON text. */
export interface SchemaLine {
  readonly type: 'schema';
  readonly digest: Digest;
  readonly input: string;
}

/** Shows that the entries from `from` up to, not including, `to` are all in the bundle. */
export interface RangeLine {
  readonly type: 'range';
  readonly after: readonly Digest[];
  readonly before: readonly Digest[];
  readonly from: number;
  readonly to: number;
}

/** Exactly one of `text` and `base64`: text where the value is UTF-8. */
export interface BundleDetail {
  readonly base64: string | null;
  readonly name: string;
  readonly salt: string;
  readonly text: string | null;
}

export interface EntryLine {
  readonly type: 'entry';
  readonly details: readonly BundleDetail[];
  /** Names of details that are no longer stored. */
  readonly erased: readonly string[];
  /** The exact header. */
  readonly header: string;
  readonly index: number;
  readonly leaf: Digest;
  /** Inclusion proof, leaf first; null for an entry of the range, which is proven as a whole. */
  readonly proof: readonly Digest[] | null;
  /** Whether it was asked for; else it is here since another entry needs it. */
  readonly selected: boolean;
  /** Names of details that are stored and not shown. */
  readonly withheld: readonly string[];
}

/** What the caller of a call was given at the time: a signed note. */
export interface ReceiptLine {
  readonly type: 'receipt';
  readonly note: string;
}

/** The last line: what must have come before it. `digest` is the running digest of all lines before. */
export interface EndLine {
  readonly type: 'end';
  readonly digest: Digest;
  readonly entries: number;
  readonly lines: number;
}

export type BundleLine =
  | BundleHead
  | KeysLine
  | CheckpointLine
  | ConsistencyLine
  | AnchorLine
  | PolicySetLine
  | SchemaLine
  | RangeLine
  | ReceiptLine
  | EntryLine
  | EndLine;

/** Any line but the last, which the writer makes itself. */
export type BodyLine = Exclude<BundleLine, EndLine>;

/** What a reader takes at most of a file that a stranger wrote. All are bytes or numbers of things. */
export interface BundleLimits {
  readonly lineBytes: number;
  readonly totalBytes: number;
  readonly lines: number;
  /** Of what is held in memory: policy sets, schemas, receipts, proofs of consistency, and what approvals cover. */
  readonly heldBytes: number;
}

export const BUNDLE_LIMITS: BundleLimits = {
  lineBytes: 32 << 20,
  totalBytes: 8 * 2 ** 30,
  lines: 4_000_000,
  heldBytes: 128 << 20,
};
