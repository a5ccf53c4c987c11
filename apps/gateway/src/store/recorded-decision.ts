// An entry of a decision and what is stored beside it, as the policy package replays it. Pure.
import type { EntryHeader } from '@countersign/audit';
import type { RecordedDecision } from '@countersign/policy';

/** The details that a decision is made again from. */
export const REPLAYED_DETAILS = ['context', 'entities', 'explanation', 'sentence'] as const;

/**
 * @param detail the text of a detail, null where it is not stored.
 * @param grants ids of the guards that the approval covers by which it was allowed.
 */
export function recordedDecision(
  { call, time, body, commits }: EntryHeader<'call.decided'>,
  detail: (name: (typeof REPLAYED_DETAILS)[number]) => string | null,
  grants: readonly string[],
): RecordedDecision {
  const committed: Readonly<Record<string, unknown>> = commits;
  const texts = { context: detail('context'), entities: detail('entities') };
  const explanation = detail('explanation');
  const sentence = detail('sentence');
  const stored = { ...texts, explanation, sentence };
  return {
    call,
    round: body.round,
    at: Math.floor(time / 1000),
    outcome: body.decision,
    reason: body.reason,
    policySet: body.policySet,
    ...stored,
    erased: REPLAYED_DETAILS.filter((name) => stored[name] === null && typeof committed[name] === 'string'),
    grants,
  };
}
