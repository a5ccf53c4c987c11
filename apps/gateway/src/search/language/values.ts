// What may be asked for of each key. A value that no call can have is a mistake, and is told as one: a search that finds
// nothing would hide it.
import { ENTRY_KINDS } from '@countersign/audit';
import { STANDINGS } from '../tally.ts';
import { type Key, mayBegin } from './keys.ts';

const { protocol, operation, decision, reason } = ENTRY_KINDS['call.decided'].body;
const { outcome } = ENTRY_KINDS['call.completed'].body;

export const CALL_STATES = ['denied', 'held', 'open', 'completed', 'unknown'] as const;

/** What became of calls that waited for people, and by what it is found. */
export const APPROVALS = {
  waiting: { facet: 'state', value: 'held' },
  approved: { facet: 'reason', value: 'grant_redeemed' },
  rejected: { facet: 'reason', value: 'approval_rejected' },
  expired: { facet: 'reason', value: 'approval_expired' },
} as const;

/** Longer than any name. */
export const MAX_NAME = 256;

/** Keys whose values are words of ours: all that may be given. */
const WORDS: Partial<Readonly<Record<Key, readonly string[]>>> = {
  outcome: [...STANDINGS, ...outcome.values.filter((value) => value !== 'ok')],
  decision: decision.values,
  state: CALL_STATES,
  operation: operation.values,
  protocol: protocol.values,
  reason: reason.values,
};

/** As people say it, and as it is called here. */
const SAID: ReadonlyMap<string, string> = new Map([
  ['deny', 'denied'],
  ['hold', 'held'],
  ['done', 'ok'],
  ['error', 'failed'],
  ['running', 'open'],
]);

/** All words that a key takes; none where it takes names. */
export const wordsOf = (key: Key): readonly string[] =>
  key === 'approval' ? Object.keys(APPROVALS) : (WORDS[key] ?? []);

const LATENCY = /^(?:>=?|<=?)\d{1,9}(?:\.\d{1,6})?(?:us|ms|s|m)$/;
/** RFC 3339 as the gateway's own filters take it, with the hours and minutes that there are. */
const TIME =
  /^(\d{4}-\d\d-\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** WHY the day is looked at: `Date` makes 2 March of 30 February. */
function isTime(value: string): boolean {
  const [, day] = TIME.exec(value) ?? [];
  if (day === undefined) return false;
  const midnight = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day);
}

type Checked = { readonly value: string } | { readonly fault: string };

/** The value as it is called here; an explanation, where it cannot be one. */
export function checkedValue(key: Key, value: string, isPrefix: boolean): Checked {
  if (value === '' && !isPrefix) return { fault: `${key} needs a value` };
  if (value.length > MAX_NAME)
    return { fault: `it is longer than ${MAX_NAME} characters: nothing has such a name` };
  if (isPrefix) return checkedBeginning(key, value);
  switch (key) {
    case 'latency':
      return LATENCY.test(value)
        ? { value }
        : { fault: 'give a comparison and a unit, such as >2s or <=150ms' };
    case 'approval':
      return value.startsWith('apr_') || wordsOf(key).includes(value)
        ? { value }
        : { fault: `give ${wordsOf(key).join(', ')}, or the id of a request` };
    case 'trace':
      return /^[0-9a-f]{32}$/.test(value) ? { value } : { fault: 'give 32 lowercase hex digits' };
    case 'text':
      return /[\p{L}\p{N}]/u.test(value)
        ? { value }
        : { fault: 'there is no word in it: give letters or digits' };
    case 'from':
    case 'to':
      return isTime(value)
        ? { value }
        : { fault: 'give an RFC 3339 time with an offset, such as 2026-01-31T12:00:00Z' };
    default:
      return checkedWord(key, value);
  }
}

function checkedWord(key: Key, value: string): Checked {
  const said = key === 'outcome' ? (SAID.get(value) ?? value) : value;
  const words = WORDS[key];
  return words === undefined || words.includes(said)
    ? { value: said }
    : { fault: `give one of ${words.join(', ')}` };
}

function checkedBeginning(key: Key, value: string): Checked {
  if (key === 'text') return { fault: 'words are found whole: leave the * out' };
  if (!mayBegin(key))
    return {
      fault: `${key} takes no *: give all of it${isTaken(key, `${value}*`) ? ', or quote a star that belongs to it' : ''}`,
    };
  const words = WORDS[key];
  return words === undefined || words.some((word) => word.startsWith(value))
    ? { value }
    : { fault: `nothing begins so: give one of ${words.join(', ')}` };
}

/** Whether a value may be asked for as it is. */
export const isTaken = (key: Key, value: string): boolean => !('fault' in checkedValue(key, value, false));
