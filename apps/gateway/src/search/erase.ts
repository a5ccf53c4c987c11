// Takes what was erased from the log out of the index of calls as well: from the rows, and from the terms that they are
// found by. What is left is what a rebuild from the log would make. Runs inside the writer's transaction.
import type Database from 'better-sqlite3';
import { createCallIndex } from '../store/sqlite/calls/call-index.ts';
import { SEGMENT } from './postings.ts';

/** What a column of `calls` says once the detail of `call.decided` that it comes from is gone. */
const COLUMNS_OF_DETAIL: ReadonlyMap<string, Readonly<Record<string, null | '[]'>>> = new Map([
  ['caller', { agent: null, owner: null, team: null }],
  ['subject', { subject: null }],
  ['actors', { agents: '[]' }],
  ['resource', { upstream: null, resource: null }],
  ['explanation', { policies: '[]' }],
  ['sentence', { sentence: null }],
  ['labels', { labels: '[]', brought: '[]' }],
  ['trace', { trace_id: null }],
]);

/** Details of a decision that name a person or say something in words. */
const PERSONAL_DETAILS: readonly string[] = ['subject', 'sentence'];

/** All details of a decision that the index repeats: for calls of which nothing can be read any more. */
export const INDEXED_DETAILS: readonly string[] = [...COLUMNS_OF_DETAIL.keys()];

/** Those of them that any of these columns of `calls` comes from. */
export function detailsBehind(columns: readonly string[]): readonly string[] {
  return [...COLUMNS_OF_DETAIL].flatMap(([name, gone]) =>
    columns.some((column) => Object.hasOwn(gone, column)) ? [name] : [],
  );
}

/** The columns that say nothing any more once these details are gone. */
export function columnsWithout(details: readonly string[]): readonly string[] {
  return details.flatMap((name) => Object.keys(COLUMNS_OF_DETAIL.get(name) ?? {}));
}

const ONE_BY_ONE = 16;

/**
 * `calls` are ids, `details` the names of the details that are gone from their decisions; names that the index does not
 * repeat count as nothing. Returns how many calls were there. Needs the connection that writes, in a transaction.
 */
export function eraseCalls(
  db: Database.Database,
  calls: Iterable<string>,
  details: readonly string[] = PERSONAL_DETAILS,
): number {
  const gone = Object.assign({}, ...details.map((name) => COLUMNS_OF_DETAIL.get(name) ?? {})) as Readonly<
    Record<string, null | '[]'>
  >;
  const columns = Object.keys(gone);
  if (columns.length === 0) return 0;
  const index = createCallIndex(db);
  const erase = db
    .prepare<[string], number>(
      `UPDATE calls SET ${Object.entries(gone)
        .map(([name, left]) => `${name} = ${left === null ? 'NULL' : `'${left}'`}`)
        .join(', ')} WHERE id = ? RETURNING seq`,
    )
    .pluck();
  const changed: number[] = [];
  for (const call of calls) {
    const seq = erase.get(call);
    if (seq !== undefined) changed.push(seq);
  }
  for (const [segment, seqs] of Map.groupBy(changed, (seq) => Math.floor(seq / SEGMENT))) {
    if (seqs.length > ONE_BY_ONE) index.refresh(segment, columns);
    else for (const seq of seqs) index.changed(seq, columns);
  }
  return changed.length;
}
