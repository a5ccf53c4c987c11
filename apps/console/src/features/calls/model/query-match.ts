// Whether a call is one that a query asks for: what the gateway compares, compared here for calls that come by the live
// stream. Pure; a test holds it to what the gateway finds.
import type { Call } from '../../../api/types.ts';
import type { Key } from './query-keys.ts';
import type { Query, Term } from './query.ts';

export function isMatch(query: Query, call: Call): boolean {
  const wanted = new Map<Key, boolean>();
  for (const term of query) {
    const isHeld = holds(term, call);
    if (term.isNot) {
      if (isHeld) return false;
    } else if (term.key === null || term.key === 'latency') {
      if (!isHeld) return false;
    } else wanted.set(term.key, isHeld || wanted.get(term.key) === true);
  }
  return [...wanted.values()].every(Boolean);
}

function holds({ key, value, isPrefix }: Term, call: Call): boolean {
  const is = (one: string | null): boolean =>
    one !== null && (isPrefix ? one.startsWith(value) : one === value);
  switch (key) {
    case null:
      return hasWords(call, value);
    case 'outcome':
      return standingOf(call) === value || call.outcome === value;
    case 'approval':
      return approvalOf(call) === value || call.approval === value;
    case 'server':
      return is(call.upstream);
    case 'tool':
      return isTarget(call, value, isPrefix);
    case 'actor':
      return call.agents.includes(value);
    case 'policy':
      return call.policies.includes(value);
    case 'label':
      return call.labels.includes(value);
    case 'trace':
      return call.traceId === value;
    case 'latency':
      return call.durationUs !== null && isLatency(call.durationUs, value);
    default:
      return is(call[key]);
  }
}

/** How a call stands, in the words by which calls are counted. */
function standingOf({ state, outcome }: Pick<Call, 'state' | 'outcome'>): string {
  if (state !== 'completed') return state;
  if (outcome === 'ok') return 'ok';
  return outcome === null || outcome === 'aborted' ? 'ended' : 'failed';
}

const APPROVAL_REASONS: ReadonlyMap<string, string> = new Map([
  ['grant_redeemed', 'approved'],
  ['approval_rejected', 'rejected'],
  ['approval_expired', 'expired'],
]);

/** What people made of a call that waited for them; null where it did not wait. */
const approvalOf = ({ state, reason }: Pick<Call, 'state' | 'reason'>): string | null =>
  state === 'held' ? 'waiting' : (APPROVAL_REASONS.get(reason) ?? null);

const SERVER = /^(?:[A-Za-z0-9][A-Za-z0-9._-]*|\*)$/;

function isTarget({ upstream, resource }: Call, value: string, isPrefix: boolean): boolean {
  const slash = value.indexOf('/');
  const before = slash < 0 ? '*' : value.slice(0, slash);
  const isWithServer = slash >= 0 && SERVER.test(before);
  const name = isWithServer ? value.slice(slash + 1) : value;
  if (isWithServer && before !== '*' && upstream !== before) return false;
  if (name === '' && isPrefix) return true;
  return resource !== null && (isPrefix ? resource.startsWith(name) : resource === name);
}

const UNITS: Readonly<Record<string, number>> = { us: 1, ms: 1000, s: 1_000_000, m: 60_000_000 };

function isLatency(us: number, value: string): boolean {
  const [, compare, amount, unit = ''] = /^(>=?|<=?)([\d.]+)(us|ms|s|m)$/.exec(value) ?? [];
  const limit = Number(amount) * (UNITS[unit] ?? 1);
  if (compare === '>') return us > limit;
  if (compare === '>=') return us >= limit;
  return compare === '<' ? us < limit : us <= limit;
}

const WORD = /[\p{L}\p{N}\p{M}]+/gu;
const wordsOf = (text: string): readonly string[] => text.normalize('NFKC').toLowerCase().match(WORD) ?? [];

function hasWords(call: Call, text: string): boolean {
  const texts = [
    call.sentence,
    call.agent,
    call.owner,
    call.team,
    call.subject,
    call.upstream,
    call.resource,
  ];
  const all = [...texts, ...call.agents, ...call.policies].flatMap((each) =>
    each === null ? [] : wordsOf(each),
  );
  const words = new Set(all);
  return wordsOf(text).every((word) => words.has(word));
}
