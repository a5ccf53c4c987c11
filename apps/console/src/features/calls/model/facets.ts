// The lists of values beside the calls: which there are, and what of the gateway's counts each shows.
import type { CallTallies } from '../../../api/types.ts';
import { STANDINGS } from '../../tallies/model/standings.ts';
import { APPROVALS, type Key } from './query-keys.ts';

export interface FacetSpec {
  readonly key: Key;
  readonly title: string;
  /** The facets of the API that it is made of. */
  readonly facets: readonly string[];
}

export const FACETS = [
  { key: 'outcome', title: 'Outcome', facets: [] },
  { key: 'server', title: 'Server', facets: ['upstream'] },
  { key: 'tool', title: 'Tool', facets: ['resource'] },
  { key: 'agent', title: 'Agent', facets: ['agent'] },
  { key: 'team', title: 'Team', facets: ['team'] },
  { key: 'owner', title: 'Owner', facets: ['owner'] },
  { key: 'policy', title: 'Policy', facets: ['policy'] },
  { key: 'approval', title: 'Approval', facets: ['reason', 'state'] },
  { key: 'operation', title: 'Operation', facets: ['operation'] },
  { key: 'protocol', title: 'Protocol', facets: ['protocol'] },
] as const satisfies readonly FacetSpec[];

export const facetsAsked = (specs: readonly FacetSpec[]): string => {
  const facets = new Set(specs.flatMap((spec) => spec.facets));
  // The API takes no empty list.
  return facets.size === 0 ? 'decision' : [...facets].join(',');
};

export interface FacetValue {
  /** As a query says it. */
  readonly value: string;
  readonly label: string;
  readonly count: number;
}

const REASON_OF: Readonly<Record<string, string>> = {
  approved: 'grant_redeemed',
  rejected: 'approval_rejected',
  expired: 'approval_expired',
};
const APPROVAL_LABELS: Readonly<Record<string, string>> = {
  waiting: 'Waiting',
  approved: 'Approved',
  rejected: 'Rejected',
  expired: 'Expired',
};

/** The values of a list, those that occur; the most frequent first where they are names. */
export function valuesOf(key: Key, tallies: CallTallies): readonly FacetValue[] {
  const counted = (facet: string) => tallies.facets[facet]?.values ?? [];
  const countOf = (facet: string, value: string): number =>
    counted(facet).find((each) => each.value === value)?.calls ?? 0;
  const named = (facet: string): readonly FacetValue[] =>
    counted(facet).map(({ value, calls }) => ({ value, label: value, count: calls }));
  switch (key) {
    case 'outcome':
      return STANDINGS.map(({ standing, label }) => ({
        value: standing,
        label,
        count: tallies.total[standing],
      })).filter(({ count }) => count > 0);
    case 'approval':
      return APPROVALS.map((value) => ({
        value,
        label: APPROVAL_LABELS[value] ?? value,
        count: value === 'waiting' ? countOf('state', 'held') : countOf('reason', REASON_OF[value] ?? ''),
      })).filter(({ count }) => count > 0);
    case 'server':
      return named('upstream');
    case 'tool':
      // A name with a slash would be read as a server's.
      return named('resource').map((each) => ({
        ...each,
        value: each.value.includes('/') ? `*/${each.value}` : each.value,
      }));
    default:
      return named(key);
  }
}
