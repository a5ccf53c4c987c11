// An entry of a decision and what is stored beside it, as the policy package replays it. Pure.
import type { EntryHeader, StoredEntry } from '@countersign/audit';
import type { RecordedDecision } from '@countersign/policy';

/** The details that a decision is made again from. */
export const REPLAYED_DETAILS = ['context', 'entities', 'explanation', 'sentence'] as const;

export interface ReplayedTexts {
  /** The text of a detail, null where it is not stored or cannot be read. */
  readonly detail: (name: (typeof REPLAYED_DETAILS)[number]) => string | null;
  /** Why what is stored cannot be read. */
  readonly unread?: RecordedDecision['unread'];
}

/** @param grants ids of the guards that the approval covers by which it was allowed. */
export function recordedDecision(
  { call, time, body, commits }: EntryHeader<'call.decided'>,
  { detail, unread }: ReplayedTexts,
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
    ...(unread === undefined ? {} : { unread }),
    grants,
  };
}

const REPLAYED: ReadonlySet<string> = new Set(REPLAYED_DETAILS);
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Of the values beside an entry, wherever they lie. */
export function replayedTexts({
  details,
  withheld,
  damaged,
}: Pick<StoredEntry, 'details' | 'withheld' | 'damaged'>): ReplayedTexts {
  const read = details.filter(({ name }) => REPLAYED.has(name));
  const texts = new Map(read.map(({ name, value }) => [name, utf8.decode(value)]));
  const detail: ReplayedTexts['detail'] = (name) => texts.get(name) ?? null;
  if (damaged === true) return { detail, unread: 'damaged' };
  return withheld === true ? { detail, unread: 'withheld' } : { detail };
}

/** Headers are canonical JSON: one of another kind may hold these bytes, but none of a decision is without them. */
const DECIDED = Buffer.from('"kind":"call.decided"');

export const isDecided = (header: Uint8Array): boolean =>
  Buffer.from(header.buffer, header.byteOffset, header.byteLength).includes(DECIDED);

/** The approval that let a call through; null where none did. */
export const redeemedApproval = ({ body }: EntryHeader<'call.decided'>): string | null =>
  body.decision === 'allow' ? body.approval : null;
