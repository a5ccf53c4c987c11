// Searches the index of calls, a bounded stretch at a time: no question, however rare what it asks for, may hold up the
// thread that serves calls. What the packed index finds is compared with the rows themselves.
import type Database from 'better-sqlite3';
import { and, asc, type BetterSQLite3Database, eq, placeholder, sql } from '../../drizzle.ts';
import type { CallReader, RebuildRecord } from '../../readers/calls.ts';
import { differencesOf } from '../../../search/check-row.ts';
import type { Row } from '../../types.ts';
import { createCallEntries } from '../calls/call-entries.ts';
import { createCallSearch } from '../calls/call-search.ts';
import { createCallCounter } from '../calls/count-calls.ts';
import { calls } from '../schema.ts';
import { createCallTallies } from '../calls/tally-calls.ts';

const MOST_COUNTED = 10_000;

export function createCallReader(db: Database.Database, orm: BetterSQLite3Database): CallReader {
  const byId = orm
    .select()
    .from(calls)
    .where(eq(calls.id, placeholder('id')))
    .prepare();
  const bySeq = orm
    .select()
    .from(calls)
    .where(eq(calls.seq, placeholder('seq')))
    .prepare();
  // Without ORDER BY, lest SQLite walks all calls in that order to find the few that are open.
  const open = orm.select().from(calls).where(sql`${calls.state} = 'open'`).prepare();
  const openOf = orm
    .select()
    .from(calls)
    .where(and(eq(calls.upstreamUid, placeholder('upstreamUid')), sql`${calls.state} = 'open'`))
    .orderBy(asc(calls.decidedIndex))
    .prepare();
  const isAnyOpen = orm
    .select({ id: calls.id })
    .from(calls)
    .where(and(eq(calls.upstreamUid, placeholder('upstreamUid')), sql`${calls.state} = 'open'`))
    .limit(1)
    .prepare();
  const rawById = db.prepare<[string], Row>('SELECT * FROM calls WHERE id = ?');
  const rebuilds = db.prepare<[], RebuildRecord>(
    'SELECT at, of, entries, made, by FROM index_rebuilds ORDER BY at',
  );
  const startedAt = db.prepare<[number], number>('SELECT started_at FROM calls WHERE seq = ?').pluck();
  const entries = createCallEntries(db);
  const search = createCallSearch(db);
  const countCalls = createCallCounter(db);
  const tallies = createCallTallies(db, search);

  // One snapshot: a call that ends meanwhile must not look as if its row had been changed.
  const differences = db.transaction((id: string, thorough: boolean) => {
    const call = byId.get({ id });
    const row = rawById.get(id);
    if (call === undefined || row === undefined) return [];
    return differencesOf(row, thorough ? entries.all(call) : entries.named(call));
  });

  return {
    async page(query, { limit, before }) {
      const seqs = await search.newest(query, { limit: limit + 1, before });
      const found = seqs.slice(0, limit).flatMap((seq) => bySeq.get({ seq }) ?? []);
      return { calls: found, next: seqs.length > limit ? (seqs[limit - 1] ?? null) : null };
    },
    async pageAfter(query, { limit, after }) {
      const seqs = await search.following(query, { limit, after });
      const found = seqs.flatMap((seq) => bySeq.get({ seq }) ?? []).reverse();
      return { calls: found, next: seqs[0] ?? null };
    },
    async counts(query) {
      return countCalls(await search.newest(query, { limit: MOST_COUNTED + 1 }), MOST_COUNTED);
    },
    async span(query) {
      const { from, to } = search.stretch(query);
      if (from >= to) return null;
      return { first: startedAt.get(from) ?? 0, last: startedAt.get(to - 1) ?? 0 };
    },
    tallies,
    get: async (id) => byId.get({ id }) ?? null,
    async entries(id) {
      const call = byId.get({ id });
      return call === undefined ? [] : entries.records(call);
    },
    differences: async (id, { thorough }) => differences(id, thorough),
    async chain(chain) {
      const seqs = await search.newest({ chain }, { limit: Number.MAX_SAFE_INTEGER });
      return seqs.flatMap((seq) => bySeq.get({ seq }) ?? []).sort((a, b) => a.decidedIndex - b.decidedIndex);
    },
    rebuilds: async () => rebuilds.all(),
    isAnyOpen: async (upstreamUid) => isAnyOpen.get({ upstreamUid }) !== undefined,
    open: async (upstreamUid) =>
      upstreamUid === undefined
        ? open.all().sort((a, b) => a.decidedIndex - b.decidedIndex)
        : openOf.all({ upstreamUid }),
  };
}
