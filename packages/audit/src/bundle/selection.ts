// What a bundle's own account of what was asked for obliges it to: entries that were selected must fit it, and where a
// chain was asked for by itself, every entry of it must be there. Names of agents and policies are not in headers, so that
// nothing can be held to them.

import type { EntryHeader } from '../entry/types.ts';
import type { BundleSelection } from './types.ts';

/** Why an entry does not fit what was asked for, or null. */
export function selectionProblem(
  { chain, call, from, to }: BundleSelection,
  entry: EntryHeader,
): string | null {
  if (chain !== null && entry.chain?.id !== chain) return `it is not of \`${chain}\``;
  if (call !== null && entry.call !== call) return `it is not of \`${call}\``;
  if ((from !== null && entry.index < from) || (to !== null && entry.index >= to))
    return `it is not among the entries from ${from ?? 0} to ${to === null ? 'the end' : to - 1}`;
  return null;
}

/** The chain that was asked for with nothing that narrows it further; null where there is none. */
export function wholeChain({
  agent,
  call,
  chain,
  from,
  outcome,
  policy,
  to,
}: BundleSelection): string | null {
  const isNarrowed = [agent, call, from, outcome, policy, to].some((one) => one !== null);
  return isNarrowed ? null : chain;
}
