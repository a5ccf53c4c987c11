// The lists of values beside the calls: which there are, and what of the gateway's counts each shows.
import type { CallTallies } from '../../../api/types.ts';
import { STANDINGS } from '../../tallies/model/standings.ts';
import { APPROVALS, type Clause, type Key, onlyTest, type Query } from './query.ts';

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
      return Object.entries(APPROVALS)
        .map(([value, { facet, value: counted }]) => ({
          value,
          isPrefix: false,
          label: APPROVAL_LABELS[value] ?? value,
          count: countOf(facet, counted),
        }))
        .filter(({ count }) => count > 0);
    case 'server':
      return named('upstream');
    default:
      return named(key);
  }
}

/** What a query says of a key stays to be seen and taken back, also where it is counted under no value of the list. */
export function withChosen(values: readonly FacetValue[], query: Query, key: Key): readonly FacetValue[] {
  const known = new Set(values.map(({ value }) => value));
  const chosen = query.flatMap((clause) => {
    const test = onlyTest(clause);
    return test?.key === key && (test.isPrefix || !known.has(test.value)) ? [test] : [];
  });
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

/** What a query asks for besides: by keys that have no list, by words, and by what no list can say. */
export const clausesBeside = (query: Query): readonly Clause[] =>
  query.filter((clause) => {
    const test = onlyTest(clause);
    return test === null || FACETS.every((facet) => facet.key !== test.key);
  });
