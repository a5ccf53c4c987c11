import { and, asc, type BetterSQLite3Database, desc, eq, lte, placeholder, sql } from '../../drizzle.ts';
import type { ChangeReader } from '../../readers/changes.ts';
import { changeReviews, changes } from '../schema.ts';

export function createChangeReader(orm: BetterSQLite3Database): ChangeReader {
  const byId = orm
    .select()
    .from(changes)
    .where(eq(changes.id, placeholder('id')))
    .prepare();
  const overdue = orm
    .select()
    .from(changes)
    .where(and(sql`${changes.state} = 'pending'`, lte(changes.expiresAt, placeholder('now'))))
    .orderBy(asc(changes.expiresAt))
    .prepare();
  const reviewsOf = orm
    .select()
    .from(changeReviews)
    .where(eq(changeReviews.change, placeholder('change')))
    .orderBy(asc(changeReviews.reviewedAt), asc(changeReviews.reviewerUid))
    .prepare();
  return {
    get: async (id) => byId.get({ id }) ?? null,
    list: async ({ state, of, limit }) =>
      orm
        .select()
        .from(changes)
        .where(
          and(
            state === undefined ? undefined : eq(changes.state, state),
            of === undefined ? undefined : eq(changes.of, of),
          ),
        )
        .orderBy(desc(changes.proposedAt), desc(changes.id))
        .limit(limit)
        .all(),
    overdue: async (now) => overdue.all({ now }),
    reviews: async (change) => reviewsOf.all({ change }),
  };
}
