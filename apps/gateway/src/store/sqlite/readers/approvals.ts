import {
  and,
  asc,
  type BetterSQLite3Database,
  count,
  desc,
  eq,
  lte,
  or,
  placeholder,
  sql,
} from '../../drizzle.ts';
import type Database from 'better-sqlite3';
import type { Approval, ShownCall } from '../../../approvals/types.ts';
import { openCell } from '../../payload/cells.ts';
import { openerOf } from '../../payload/opener.ts';
import type { ApprovalReader } from '../../readers/approvals.ts';
import { approvals, reviews } from '../schema.ts';

/** Where what reviewers were shown cannot be read any more. */
const NOTHING: ShownCall = {
  sentence: '[erased]',
  operation: '',
  upstream: '',
  resource: '',
  params: '',
  owner: null,
};

export function createApprovalReader(db: Database.Database, orm: BetterSQLite3Database): ApprovalReader {
  const opener = openerOf(db);
  type Stored = typeof approvals.$inferSelect;
  const readable = ({ shown, ...row }: Stored): Approval => {
    const opened = openCell(opener, { table: 'approvals', column: 'shown', row: row.id }, shown);
    return {
      ...row,
      shown: opened === null ? NOTHING : (JSON.parse(Buffer.from(opened).toString()) as ShownCall),
    };
  };
  const one = (row: Stored | undefined): Approval | null => (row === undefined ? null : readable(row));
  const byId = orm
    .select()
    .from(approvals)
    .where(eq(approvals.id, placeholder('id')))
    .prepare();
  const newest = orm
    .select()
    .from(approvals)
    .orderBy(desc(approvals.requestedAt), desc(approvals.id))
    .limit(placeholder('limit'))
    .prepare();
  const byState = orm
    .select()
    .from(approvals)
    .where(eq(approvals.state, placeholder('state')))
    .orderBy(desc(approvals.requestedAt), desc(approvals.id))
    .limit(placeholder('limit'))
    .prepare();
  const live = orm
    .select()
    .from(approvals)
    // Literals, not placeholders: only so does the partial index on the binding apply.
    .where(
      and(eq(approvals.binding, placeholder('binding')), sql`${approvals.state} IN ('pending', 'approved')`),
    )
    .prepare();
  const overdue = orm
    .select()
    .from(approvals)
    .where(
      or(
        and(sql`${approvals.state} = 'pending'`, lte(approvals.expiresAt, placeholder('now'))),
        and(sql`${approvals.state} = 'approved'`, lte(approvals.grantExpiresAt, placeholder('now'))),
      ),
    )
    .orderBy(asc(approvals.expiresAt))
    .prepare();
  const pendingOf = orm
    .select({ pending: count() })
    .from(approvals)
    .where(and(eq(approvals.agentUid, placeholder('agentUid')), sql`${approvals.state} = 'pending'`))
    .prepare();
  const reviewsOf = orm
    .select()
    .from(reviews)
    .where(eq(reviews.approval, placeholder('approval')))
    .orderBy(asc(reviews.reviewedAt), asc(reviews.id))
    .prepare();
  return {
    get: async (id) => one(byId.get({ id })),
    list: async ({ state, limit }) =>
      (state === undefined ? newest.all({ limit }) : byState.all({ state, limit })).map(readable),
    live: async (binding) => one(live.get({ binding })),
    overdue: async (now) => overdue.all({ now }).map(readable),
    pendingCount: async (agentUid) => pendingOf.get({ agentUid })?.pending ?? 0,
    reviews: async (approval) => reviewsOf.all({ approval }),
  };
}
