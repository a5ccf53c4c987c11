// How a publication is written down: the row that says how a target stands, and the entry that says what changed.
import { digestOf, type EntryDraft } from '@countersign/audit';
import type { CosignedRecord, PublicationRecord } from '../store/readers/publications.ts';
import type { Change } from '../store/types.ts';
import type { Attempt, SignedHead, Target } from './types.ts';

/** How the target stands after an attempt. */
export function recordOf(
  target: Target,
  before: PublicationRecord | null,
  attempt: Attempt,
  at: number,
): PublicationRecord {
  const { id, kind, name } = target;
  if (attempt.result === 'accepted') {
    const { head, proof, result } = attempt;
    const fine = { acceptedAt: at, triedAt: at, failingSince: null, failures: 0, error: null };
    return { target: id, kind, name, size: head.size, proof, result, ...fine };
  }
  return {
    target: id,
    kind,
    name,
    size: before?.size ?? 0,
    proof: before?.proof ?? null,
    result: attempt.result,
    acceptedAt: before?.acceptedAt ?? null,
    triedAt: at,
    failingSince: before?.failingSince ?? at,
    failures: (before?.failures ?? 0) + 1,
    error: attempt.error,
  };
}

/** The entry of an attempt; null where it only fails once more as it did before. */
export function entryOf(
  target: Target,
  before: PublicationRecord | null,
  attempt: Attempt,
  head: SignedHead,
): EntryDraft<'checkpoint.published'> | null {
  if (attempt.result !== 'accepted' && attempt.result === before?.result) return null;
  const { size } = attempt.result === 'accepted' ? attempt.head : head;
  return {
    kind: 'checkpoint.published',
    call: null,
    agent: null,
    chain: null,
    body: { to: target.kind, target: digestOf(target.name), size, result: attempt.result },
    details: {
      name: target.name,
      proof: attempt.result === 'accepted' ? (attempt.proof ?? undefined) : undefined,
      error: attempt.result === 'accepted' ? undefined : attempt.error,
    },
  };
}

export function rowOf(record: PublicationRecord): Change {
  const { acceptedAt, triedAt, failingSince, ...rest } = record;
  return {
    put: 'publications',
    row: { ...rest, accepted_at: acceptedAt, tried_at: triedAt, failing_since: failingSince },
  };
}

export function cosignedRow({ size, note, isQuorumMet, time }: CosignedRecord): Change {
  return { put: 'cosigned', row: { size, note, met: isQuorumMet ? 1 : 0, time } };
}
