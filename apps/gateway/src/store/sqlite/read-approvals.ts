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
} from '../drizzle.ts';
import type { ApprovalReader } from '../readers/approvals.ts';
import { approvals, reviews } from './schema.ts';

export function createApprovalReader(orm: BetterSQLite3Database): ApprovalReader {
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
    get: async (id) => byId.get({ id }) ?? null,
    list: async ({ state, limit }) =>
      state === undefined ? newest.all({ limit }) : byState.all({ state, limit }),
    live: async (binding) => live.get({ binding }) ?? null,
    overdue: async (now) => overdue.all({ now }),
    pendingCount: async (agentUid) => pendingOf.get({ agentUid })?.pending ?? 0,
    reviews: async (approval) => reviewsOf.all({ approval }),
  };
}
