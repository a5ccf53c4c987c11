// Which rule of retention counts for what is stored. What nobody can tell any more is kept as long as any rule would keep it that
// may be the one: a value that is gone is no reason to destroy what is left.
import type { CallQuery } from '../search/query.ts';
import type { Found } from './matches.ts';

export interface RetentionRule {
  /** `calls`: the entries of calls that `match` finds; `other`: entries that belong to no call. */
  readonly of: 'calls' | 'other';
  readonly match: CallQuery;
  readonly payloadsMs: number;
  /** As it is written in the configuration: what the record says it went by. */
  readonly text: string;
}

/** For entries that belong to no call. */
export const ruleForOther = (rules: readonly RetentionRule[]): RetentionRule | null =>
  rules.find(({ of }) => of === 'other') ?? null;

/**
 * The first that fits a call; of those that nobody can tell of before it, and itself, the one that keeps longest. Null: it is
 * kept, since no rule surely fits.
 *
 * @param found for each rule, whether it finds the call; left out for a call of which nothing is at hand that could be compared.
 */
export function ruleForCall(
  rules: readonly RetentionRule[],
  found: readonly Found[] = rules.map(isFoundBlindly),
): RetentionRule | null {
  let longest: RetentionRule | null = null;
  for (const [at, rule] of rules.entries()) {
    if (rule.of !== 'calls' || found[at] === false) continue;
    if (longest === null || rule.payloadsMs > longest.payloadsMs) longest = rule;
    if (found[at] === true) return longest;
  }
  return null;
}

const isFoundBlindly = ({ match }: RetentionRule): Found => Object.keys(match).length === 0 || 'untold';
