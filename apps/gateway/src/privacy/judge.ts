// Whether a call is one that a query asks for, as far as what is left of it tells: values that say so may have been erased, or
// cannot be read here. What nobody can tell is neither exported nor destroyed, a hold keeps it, and whoever asked hears of it.
import { columnsOfConditions, conditionsOf } from '../search/conditions.ts';
import { columnsWithout, detailsBehind } from '../search/erase.ts';
import { rowOfCall } from '../search/met.ts';
import type { CallQuery } from '../search/query.ts';
import type { CallRecord, EntryRecord } from '../store/readers/calls.ts';
import type { Readers } from '../store/readers.ts';
import type { Awaitable, Row } from '../store/types.ts';
import type { ArchivedEntry } from './archived-calls.ts';
import { type Found, isRowFoundWithout } from './matches.ts';

/** `untold`: what says it is gone. `withheld`: it cannot be read here; index of an entry with values of which that is so. */
export type Verdict = 'asked' | 'other' | 'untold' | { readonly withheld: number };

/**
 * Whether a query finds a call that the index has. What a column says there is so; where it says nothing, that may have been
 * erased, also of a call whose values cannot be read here, unless nothing was destroyed since.
 *
 * @param entries those of the call, asked for only where its row leaves it open; left out: nobody can tell then.
 * @param lost columns that count as erased, whatever is in them.
 */
export async function isCallFound(
  query: CallQuery,
  call: CallRecord,
  entries?: () => Awaitable<readonly EntryRecord[]>,
  lost: readonly string[] = [],
): Promise<Found> {
  const columns = columnsOfConditions(conditionsOf(query));
  const row = rowOfCall(call, ['started_at', ...columns]);
  const needed = detailsBehind(columns);
  const foundWithout = (details: readonly string[]): Found => {
    const silent = columnsWithout(details).filter((column) => row[column] === null || row[column] === '[]');
    return isRowFoundWithout(query, row, new Set([...silent, ...lost]));
  };
  const found = foundWithout(needed);
  if (found !== 'untold' || entries === undefined) return found;
  const known = (await entries()).map(({ header, details, isUntouched = false }) => ({
    header,
    names: Object.keys(isUntouched ? header.commits : details),
  }));
  return foundWithout(needed.filter((name) => missingOf(name, known).length > 0));
}

export async function createJudge(
  query: CallQuery,
  { registry }: Pick<Readers, 'registry'>,
): Promise<(row: Row, entries: readonly ArchivedEntry[]) => Verdict> {
  const needed = detailsBehind(columnsOfConditions(conditionsOf(query)));
  const agents = new Map(
    (await registry.objects()).flatMap(({ kind, uid, name }) => (kind === 'agent' ? [[uid, name]] : [])),
  );

  return (row, entries) => {
    const missing = needed.flatMap((name) => {
      const of = missingOf(name, entries);
      return of.length === 0 ? [] : [{ name, of }];
    });
    // Which agent called stands in the header, too, which is never erased.
    const agent = row['agent'] ?? agents.get(String(row['agent_uid'])) ?? null;
    const silent = columnsWithout(missing.map(({ name }) => name));
    const lost = new Set(silent.filter((column) => column !== 'agent' || agent === null));
    const found = isRowFoundWithout(query, { ...row, agent }, lost);
    if (found !== 'untold') return found ? 'asked' : 'other';
    const withheld = missing.flatMap(({ of }) => of).find(({ isWithheld }) => isWithheld);
    return withheld === undefined ? 'untold' : { withheld: withheld.header.index };
  };
}

/** The entries that say a detail of the call, where it was recorded and cannot be read. */
function missingOf<E extends Pick<ArchivedEntry, 'header' | 'names'>>(
  name: string,
  entries: readonly E[],
): readonly E[] {
  const last = entries.findLast(({ header }) => header.kind === 'call.decided');
  const those = name === 'labels' ? entries : last === undefined ? [] : [last];
  return those.filter(({ header, names }) => {
    const commits: Readonly<Record<string, unknown>> = header.commits;
    return (commits[name] ?? null) !== null && !names.includes(name);
  });
}

/** For people: calls that are left out. */
export function untoldText(untold: number): string {
  const which = untold === 1 ? 'of 1 call' : `of ${untold} calls`;
  return `${which} nobody can tell whether it was asked for, since values that say so were erased or expired, or cannot be read here`;
}
