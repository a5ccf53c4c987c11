// What a draft would have made of recorded calls: a matrix of decisions then and with the draft, and its groups in the order of
// their risk. Pure.
import type { DiffResult } from '../../../api/types.ts';

export type Replay = NonNullable<DiffResult['replay']>;
export type Group = Replay['groups'][number];
export type Decision = Group['from'];

export const DECISIONS = ['allow', 'hold', 'deny'] as const satisfies readonly Decision[];

export interface Cell {
  readonly from: Decision;
  readonly to: Decision;
  readonly count: number;
  readonly risk: Risk;
}

export interface Row {
  readonly from: Decision;
  readonly cells: readonly Cell[];
  readonly total: number;
}

/**
 * `opens`: what was kept back goes through, or could by an approval. `closes`: the other way. `same`: neither.
 */
export type Risk = 'opens' | 'closes' | 'same';

const FREEDOM: Readonly<Record<Decision, number>> = { deny: 0, hold: 1, allow: 2 };

export function riskOf({ from, to }: { readonly from: Decision; readonly to: Decision }): Risk {
  const gained = FREEDOM[to] - FREEDOM[from];
  return gained > 0 ? 'opens' : gained < 0 ? 'closes' : 'same';
}

export function matrixOf({ groups, unchangedAs }: Pick<Replay, 'groups' | 'unchangedAs'>): readonly Row[] {
  return DECISIONS.map((from) => {
    const cells = DECISIONS.map((to) => ({
      from,
      to,
      count:
        from === to
          ? unchangedAs[from]
          : sum(groups.filter((group) => group.from === from && group.to === to)),
      risk: riskOf({ from, to }),
    }));
    return { from, cells, total: cells.reduce((total, { count }) => total + count, 0) };
  });
}

/** What is newly let through first, since that is the risk; then by how many calls it is about. */
export const byRisk = (groups: readonly Group[]): readonly Group[] =>
  groups.toSorted((a, b) => weight(a) - weight(b) || b.count - a.count);

/** How many decisions would come out freer, and how many stricter. */
export function movesOf(groups: readonly Group[]): Readonly<Record<'opens' | 'closes', number>> {
  const of = (risk: Risk): number => sum(groups.filter((group) => riskOf(group) === risk));
  return { opens: of('opens'), closes: of('closes') };
}

/** The reasons for which calls were not decided again, the most frequent first. */
export const notReplayedOf = ({
  notReplayed,
}: Pick<Replay, 'notReplayed'>): readonly (readonly [string, number])[] =>
  Object.entries(notReplayed).toSorted(([, a], [, b]) => b - a);

const sum = (groups: readonly Group[]): number => groups.reduce((total, { count }) => total + count, 0);

const weight = ({ from, to }: Group): number => {
  if (to === 'allow') return 0;
  return riskOf({ from, to }) === 'opens' ? 1 : 2;
};
