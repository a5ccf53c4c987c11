// Whether a log kept what a receipt promises. The receipt's signature is taken as verified (`openReceipt`), and so is that
// of the checkpoint. Pure and total; the clock is a parameter.

import { equalBytes } from '../bytes.ts';
import type { Checkpoint } from '../checkpoint.ts';
import { verifyInclusion } from '../proof/verify.ts';
import type { Receipt } from './receipt.ts';
import type { ReceiptStanding } from './spoken.ts';

/** What there is to hold a receipt against. The more of it, the more can be said. */
export interface ReceiptEvidence {
  /** What stands at the receipt's index in the log at hand, by its recomputed leaf hash. */
  readonly entry?: { readonly index: number; readonly leaf: Uint8Array };
  /** A checkpoint whose signature by the log was verified. */
  readonly checkpoint?: Checkpoint;
  /** That `entry` (without one, what the receipt names) is in the checkpoint. */
  readonly inclusionProof?: readonly Uint8Array[];
  /**
   * When, at the earliest, the log still handed this checkpoint out as its newest, by somebody else's word than the log's:
   * a witness's timestamp, or one's own clock. Milliseconds since the epoch.
   */
  readonly checkpointAt?: number;
  /** What the key manifest says of the key that signed the receipt; left out, it speaks for the log. */
  readonly standing?: ReceiptStanding;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * - `kept`: the entry is in the log that the checkpoint fixes.
 * - `not_yet_due`: the promise has not run out.
 * - `broken_promise`: it has, and the log still handed out a checkpoint that does not cover the entry.
 * - `contradicted`: another entry stands at the promised place.
 * - `undecided`: the evidence does not tell.
 * - `revoked_key`: a key signed it that was revoked before this place: it promises nothing, whatever stands in the log.
 */
export type ReceiptVerdict =
  | 'kept'
  | 'not_yet_due'
  | 'broken_promise'
  | 'contradicted'
  | 'undecided'
  | 'revoked_key';

export interface CheckedReceipt {
  readonly verdict: ReceiptVerdict;
  /** Whether it shows misconduct by signatures of the log alone, so that nobody has to believe whoever shows it. */
  readonly isProof: boolean;
  /** For people: what was found, what it proves, and to whom to show it. */
  readonly message: string;
}

export function checkReceipt(receipt: Receipt, evidence: ReceiptEvidence): CheckedReceipt {
  if (evidence.standing === 'revoked') {
    return {
      verdict: 'revoked_key',
      isProof: false,
      message: `${named(receipt)}: the receipt is signed by a revoked key, at a place from which on its signatures prove nothing: whoever stole the key could have made it`,
    };
  }
  const found = checkPromise(receipt, evidence);
  const accuses = found.verdict === 'contradicted' || found.verdict === 'broken_promise';
  // SECURITY: a thief of the key must not be able to accuse the log of what it never promised.
  return accuses && evidence.standing === 'revoked_since'
    ? {
        ...found,
        isProof: false,
        message: `${found.message}. The key that signed the receipt was revoked since: it proves something only to somebody who knows that you held it before`,
      }
    : found;
}

function checkPromise(receipt: Receipt, evidence: ReceiptEvidence): CheckedReceipt {
  const { entry, checkpoint } = evidence;
  if (checkpoint !== undefined && checkpoint.origin !== receipt.origin) {
    return undecided(
      `the checkpoint is of the log \`${checkpoint.origin}\`, and the receipt of \`${receipt.origin}\`: get one of the same log`,
    );
  }
  if (entry !== undefined && entry.index !== receipt.index) {
    return undecided(
      `the entry at hand has index ${entry.index}, and the receipt speaks of ${receipt.index}`,
    );
  }
  if (entry !== undefined && !equalBytes(entry.leaf, receipt.leaf))
    return contradicted(receipt, entry.leaf, evidence);
  if (checkpoint === undefined) return withoutCheckpoint(receipt, evidence);
  if (checkpoint.size <= receipt.index) return notCovered(receipt, checkpoint, evidence);
  return covered(receipt, checkpoint, evidence);
}

/** Milliseconds since the epoch after which every checkpoint that is handed out must cover the entry. */
export function promisedBy({ time, promiseSeconds }: Pick<Receipt, 'time' | 'promiseSeconds'>): number {
  return time / 1000 + promiseSeconds * 1000;
}

function contradicted(
  receipt: Receipt,
  leaf: Uint8Array,
  { checkpoint, inclusionProof }: ReceiptEvidence,
): CheckedReceipt {
  const isProof =
    checkpoint !== undefined &&
    inclusionProof !== undefined &&
    verifyInclusion(
      { index: receipt.index, leaf, size: checkpoint.size, root: checkpoint.root },
      inclusionProof,
    );
  const found = `${named(receipt)} was replaced: another one stands at index ${receipt.index}`;
  return {
    verdict: 'contradicted',
    isProof,
    message: isProof
      ? `${found}, and the checkpoint of ${checkpoint.size} entries fixes that one. ` +
        'The log signed both, which no honest log can: show this receipt, that checkpoint, the entry and its inclusion proof to the auditors and witnesses of the log'
      : `${found} in the log at hand. Keep a copy of that log, and have its operator sign a checkpoint that covers the place: ` +
        'with it and an inclusion proof of the entry that stands there, the receipt proves to anybody that the log was rewritten',
  };
}

function notCovered(
  receipt: Receipt,
  checkpoint: Checkpoint,
  { checkpointAt, now }: ReceiptEvidence,
): CheckedReceipt {
  const due = promisedBy(receipt);
  if (checkpointAt !== undefined && checkpointAt > due) {
    return {
      verdict: 'broken_promise',
      isProof: false,
      message:
        `${named(receipt)} was dropped or is overdue: the log promised that every checkpoint handed out after ${iso(due)} covers it, ` +
        `and at ${iso(checkpointAt)} still handed out one of ${checkpoint.size} entries. ` +
        'Show this receipt, with that checkpoint and whoever dates it, to the auditors and witnesses of the log',
    };
  }
  if (now <= due) return notYetDue(receipt);
  return undecided(
    `the checkpoint of ${checkpoint.size} entries may be older than the promise, which ran out at ${iso(due)}: get a newer one, or one that a witness dated`,
  );
}

function covered(
  receipt: Receipt,
  { size, root }: Checkpoint,
  { entry, inclusionProof }: ReceiptEvidence,
): CheckedReceipt {
  if (inclusionProof === undefined) {
    const known = entry === undefined ? 'nothing shows what stands' : 'the entry stands';
    return undecided(
      `${known} at index ${receipt.index}, and the checkpoint covers that place: get an inclusion proof to its ${size} entries`,
    );
  }
  if (!verifyInclusion({ index: receipt.index, leaf: receipt.leaf, size, root }, inclusionProof)) {
    return undecided(
      `the inclusion proof does not lead from ${named(receipt)} to the checkpoint of ${size} entries, which proves nothing either way: get the entry itself, with a proof for it`,
    );
  }
  return {
    verdict: 'kept',
    isProof: false,
    message: `${named(receipt)} is in the log: the checkpoint of ${size} entries covers it`,
  };
}

function withoutCheckpoint(receipt: Receipt, { entry, now }: ReceiptEvidence): CheckedReceipt {
  if (now <= promisedBy(receipt)) return notYetDue(receipt);
  return undecided(
    entry === undefined
      ? `there is nothing to hold the receipt against: get a checkpoint of \`${receipt.origin}\` later than ${iso(promisedBy(receipt))}`
      : `the entry stands at index ${receipt.index} of the log at hand, and no checkpoint covers it: get one`,
  );
}

function notYetDue(receipt: Receipt): CheckedReceipt {
  return {
    verdict: 'not_yet_due',
    isProof: false,
    message: `${named(receipt)} need not be covered by a checkpoint before ${iso(promisedBy(receipt))}: look again then`,
  };
}

function undecided(message: string): CheckedReceipt {
  return { verdict: 'undecided', isProof: false, message };
}

function named({ index, kind, call }: Receipt): string {
  return `entry ${index} (\`${call}\` ${kind})`;
}

/** A hostile receipt may name any time; `Date` holds 8.64e15 milliseconds. */
function iso(milliseconds: number): string {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? `${Math.floor(milliseconds)} ms` : date.toISOString();
}
