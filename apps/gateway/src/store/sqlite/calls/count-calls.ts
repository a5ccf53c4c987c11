// How many calls a query finds, and which values they have: exact up to a bound, counted over the newest beyond it.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import { columnsOf, FACETS, type Facet, valuesOf } from '../../../search/facets.ts';
import type { CallCounts } from '../../readers/calls.ts';

/** What is counted by value: what has few values, or some that matter more than others. */
const COUNTED = [
  'agent',
  'owner',
  'team',
  'upstream',
  'resource',
  'policy',
  'label',
  'operation',
  'decision',
  'reason',
  'state',
  'outcome',
] as const satisfies readonly Facet[];

const MOST_VALUES = 20;
const ROWS_PER_TURN = 500;

export function createCallCounter(
  db: Database.Database,
): (seqs: readonly number[], bound: number) => Promise<CallCounts> {
  const columns = [...new Set(COUNTED.flatMap(columnsOf))];
  const row = db
    .prepare<[number], readonly (string | null)[]>(`SELECT ${columns.join(', ')} FROM calls WHERE seq = ?`)
    .raw();
  const places = new Map(
    COUNTED.map((facet) => [facet, columnsOf(facet).map((name) => columns.indexOf(name))]),
  );

  return async (seqs, bound) => {
    const counts = new Map(COUNTED.map((facet) => [facet, new Map<string, number>()]));
    for (const [i, seq] of seqs.slice(0, bound).entries()) {
      const cells = row.get(seq) ?? [];
      for (const [facet, byValue] of counts) {
        const own = (places.get(facet) ?? []).map((place) => cells[place] ?? null);
        for (const value of valuesOf(facet, own)) byValue.set(value, (byValue.get(value) ?? 0) + 1);
      }
      if (i % ROWS_PER_TURN === ROWS_PER_TURN - 1) await nextTurn();
    }
    return {
      calls: Math.min(seqs.length, bound),
      isMore: seqs.length > bound,
      facets: FACETS.flatMap((facet) => {
        const byValue = (counts as ReadonlyMap<Facet, ReadonlyMap<string, number>>).get(facet);
        return byValue === undefined ? [] : [{ facet, values: mostFrequent(byValue) }];
      }),
    };
  };
}

function mostFrequent(byValue: ReadonlyMap<string, number>) {
  return [...byValue]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    .slice(0, MOST_VALUES);
}
