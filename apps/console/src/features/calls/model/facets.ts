// The lists of values beside the calls: which there are, and what of the gateway's counts each shows.
import type { CallTallies } from '../../../api/types.ts';
import { STANDINGS } from '../../tallies/model/standings.ts';
import { APPROVALS, type Key } from './query-keys.ts';
import type { Query, Term } from './query.ts';

export interface FacetSpec {
  readonly key: Key;
  readonly title: string;
  /** The facets of the API that it is made of. */
  readonly facets: readonly string[];
}

export const FACETS = [
  { key: 'outcome', title: 'Outcome', facets: [] },
  { key: 'server', title: 'Server', facets: ['upstream'] },
  { key: 'tool', title: 'Tool', facets: ['tool'] },
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
  readonly isPrefix: boolean;
  readonly label: string;
  /** Null where it is not known. */
  readonly count: number | null;
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
    counted(facet).map(({ value, calls }) => ({ value, isPrefix: false, label: value, count: calls }));
  switch (key) {
    case 'outcome':
      return STANDINGS.map(({ standing, label }) => ({
        value: standing,
        isPrefix: false,
        label,
        count: tallies.total[standing],
      })).filter(({ count }) => count > 0);
    case 'approval':
      return APPROVALS.map((value) => ({
        value,
        isPrefix: false,
        label: APPROVAL_LABELS[value] ?? value,
        count: value === 'waiting' ? countOf('state', 'held') : countOf('reason', REASON_OF[value] ?? ''),
      })).filter(({ count }) => count > 0);
    case 'server':
      return named('upstream');
    default:
      return named(key);
  }
}

/** What a query says of a key stays to be seen and taken back, also where it is counted under no value of the list. */
export function withChosen(values: readonly FacetValue[], query: Query, key: Key): readonly FacetValue[] {
  const known = new Set(values.map(({ value }) => value));
  const chosen = query.filter((term) => term.key === key && (term.isPrefix || !known.has(term.value)));
  return [
    ...values,
    ...chosen.map(({ value, isPrefix }) => ({
      value,
      isPrefix,
      label: isPrefix ? `${value}*` : value,
      count: null,
    })),
  ];
}

/** What a query asks for besides: by keys that have no list, and by words. */
export const termsBeside = (query: Query): readonly Term[] =>
  query.filter(({ key }) => FACETS.every((facet) => facet.key !== key));
