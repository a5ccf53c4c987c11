// Searches the projection, a bounded number of rows at a time: no filter, however rare its matches, may hold up the
// thread that serves calls.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import {
  and,
  asc,
  type BetterSQLite3Database,
  desc,
  eq,
  gte,
  lt,
  placeholder,
  type SQL,
  sql,
} from '../drizzle.ts';
import type { CallFilter, CallPage, CallReader, CallRecord } from '../readers/calls.ts';
import { createCallEntries } from './call-entries.ts';
import { calls } from './schema.ts';

const ROWS_PER_TURN = 5000;

export function createCallReader(db: Database.Database, orm: BetterSQLite3Database): CallReader {
  const byId = orm
    .select()
    .from(calls)
    .where(eq(calls.id, placeholder('id')))
    .prepare();
  const byChain = orm
    .select()
    .from(calls)
    .where(eq(calls.chain, placeholder('chain')))
    .orderBy(asc(calls.decidedIndex))
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
  const entriesOf = createCallEntries(db);

  return {
    page: (filter, { limit, before }) => page(orm, filter, limit, before),
    get: async (id) => byId.get({ id }) ?? null,
    async entries(id) {
      const call = byId.get({ id });
      return call === undefined ? [] : entriesOf(call);
    },
    chain: async (chain) => byChain.all({ chain }),
    isAnyOpen: async (upstreamUid) => isAnyOpen.get({ upstreamUid }) !== undefined,
    open: async (upstreamUid) =>
      upstreamUid === undefined
        ? open.all().sort((a, b) => a.decidedIndex - b.decidedIndex)
        : openOf.all({ upstreamUid }),
  };
}

async function page(
  orm: BetterSQLite3Database,
  filter: CallFilter,
  limit: number,
  before: number | undefined,
): Promise<CallPage> {
  const found: CallRecord[] = [];
  for (let from: number | null = before ?? Number.MAX_SAFE_INTEGER; from !== null; ) {
    const turn = search(orm, filter, from, limit + 1 - found.length);
    found.push(...turn.calls);
    if (found.length > limit)
      return { calls: found.slice(0, limit), next: found[limit - 1]?.decidedIndex ?? null };
    from = turn.next;
    if (from !== null) await nextTurn();
  }
  return { calls: found, next: null };
}

/** One turn: at most so many rows are looked at, the latest decided before `before` first. */
function search(orm: BetterSQLite3Database, filter: CallFilter, before: number, limit: number): CallPage {
  // Columns with an index of their own, by which the rows looked at are chosen.
  const indexed = and(
    lt(calls.decidedIndex, before),
    ...(['agent', 'upstream', 'chain', 'decision'] as const).map((name) => equal(name, filter[name])),
  );
  const window = orm
    .select()
    .from(calls)
    .where(indexed)
    .orderBy(desc(calls.decidedIndex))
    .limit(ROWS_PER_TURN)
    .as('calls');
  const rest = and(
    ...(['resource', 'state', 'operation', 'subject'] as const).map((name) => equal(name, filter[name])),
    filter.policy === undefined
      ? undefined
      : sql`EXISTS (SELECT 1 FROM json_each(${calls.policies}) WHERE value = ${filter.policy})`,
    filter.from === undefined ? undefined : gte(calls.startedAt, filter.from),
    filter.to === undefined ? undefined : lt(calls.startedAt, filter.to),
  );
  const found = orm.select().from(window).where(rest).orderBy(desc(window.decidedIndex)).limit(limit).all();
  if (found.length === limit) return { calls: found, next: null };

  const lastSeen = orm
    .select({ decidedIndex: calls.decidedIndex })
    .from(calls)
    .where(indexed)
    .orderBy(desc(calls.decidedIndex))
    .limit(1)
    .offset(ROWS_PER_TURN - 1)
    .get();
  return { calls: found, next: lastSeen?.decidedIndex ?? null };
}

function equal(
  name: keyof CallFilter & keyof typeof calls.$inferSelect,
  value: string | undefined,
): SQL | undefined {
  return value === undefined ? undefined : sql`${calls[name]} = ${value}`;
}
