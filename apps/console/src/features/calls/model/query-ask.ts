// A query in the words of the admin API: its conditions, one after another.
import { STANDS } from './query-keys.ts';
import type { Query, Term } from './query.ts';

/** The `where` of a search; null where nothing is asked for. */
export function conditionsText(query: Query): string | null {
  const conditions: string[] = [];
  const wanted = new Map<string, string[]>();
  for (const term of query) {
    const test = testOf(term);
    if (term.isNot) conditions.push(`-${test}`);
    else if (term.key === null || term.key === 'latency') conditions.push(test);
    else wanted.set(term.key, [...(wanted.get(term.key) ?? []), test]);
  }
  const all = [...[...wanted.values()].map((tests) => tests.join('|')), ...conditions];
  return all.length === 0 ? null : all.join(' ');
}

const STANDING: ReadonlySet<string> = new Set(STANDS);
const APPROVALS: ReadonlyMap<string, string> = new Map([
  ['waiting', 'state:held'],
  ['approved', 'reason:grant_redeemed'],
  ['rejected', 'reason:approval_rejected'],
  ['expired', 'reason:approval_expired'],
]);

function testOf({ key, value, isPrefix }: Term): string {
  const text = `${JSON.stringify(value)}${isPrefix ? '*' : ''}`;
  if (key === null) return `text:${text}`;
  if (key === 'outcome') return STANDING.has(value) ? `stands:${value}` : `outcome:${text}`;
  if (key === 'approval') return APPROVALS.get(value) ?? `approval:${text}`;
  return `${key === 'server' ? 'upstream' : key}:${text}`;
}
