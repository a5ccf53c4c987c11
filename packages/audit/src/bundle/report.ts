// What the verification of a bundle answers: each level by itself, and what is not proven. As with whole logs, there is
// no field that could be printed as a bare OK.

import type { Digest } from '../sha256.ts';
import type {
  AuditOptions,
  CallCounts,
  DecisionCounts,
  Failure,
  Level,
  LevelReport,
  WitnessReport,
} from '../verify/types.ts';
import type { BundleHead, BundleLimits } from './types.ts';

export interface BundleReport {
  /** `consistent`: nothing that was checked failed. What was not checked is in `levels` and `notProven`. */
  readonly verdict: 'consistent' | 'broken';
  readonly summary: string;
  /** The first thing found wrong, in the order of the file. Its `code` is the kind of failure. */
  readonly firstFailure: Failure | null;
  /** The first line; null where there is none that can be read. */
  readonly head: BundleHead | null;
  /** The checkpoint that everything is proven against; null where there is none that can be read. */
  readonly checkpoint: {
    readonly size: number;
    readonly root: Digest;
    readonly signedBy: readonly string[];
  } | null;
  readonly entries: { readonly selected: number; readonly others: number };
  /** Entries `from` up to, not including, `to` are shown to be all there; null where nothing shows that of any. */
  readonly range: { readonly from: number; readonly to: number } | null;
  readonly levels: Readonly<Record<Level, LevelReport>>;
  readonly details: {
    readonly disclosed: number;
    readonly withheld: number;
    readonly erased: number;
    readonly tampered: number;
  };
  readonly calls: CallCounts;
  readonly decisions: DecisionCounts;
  readonly witnesses: WitnessReport;
  readonly timestamps: readonly {
    readonly authority: string;
    readonly size: number;
    readonly time: number;
  }[];
  /** How many receipts of callers are in it, and of how many the signature was checked. */
  readonly receipts: { readonly read: number; readonly signed: number };
  /** Size of the largest checkpoint held elsewhere that the bundle's checkpoint is consistent with; 0 without one. */
  readonly heldElsewhere: number;
  /** What nobody may conclude from this report. Never empty. */
  readonly notProven: readonly string[];
}

/** What a time-stamp token says of a checkpoint. `time` is in seconds since 1970. */
export type TimestampAnswer =
  | { readonly ok: true; readonly authority: string; readonly time: number }
  | { readonly ok: false; readonly message: string };

export interface BundleOptions extends AuditOptions {
  readonly limits?: BundleLimits;
  /** Checks a time-stamp token over the bytes of a checkpoint. Without it, time stamps are not checked. */
  readonly checkTimestamp?: ((token: Uint8Array, note: Uint8Array) => Promise<TimestampAnswer>) | undefined;
}
