import { and, asc, type BetterSQLite3Database, count, desc, eq, placeholder, sql } from '../../drizzle.ts';
import type Database from 'better-sqlite3';
import { openCell } from '../../payload/cells.ts';
import { openerOf } from '../../payload/opener.ts';
import type { TaskQuery, TaskReader, TaskRecord } from '../../readers/tasks.ts';
import { contexts, tasks } from '../schema.ts';

export function createTaskReader(db: Database.Database, orm: BetterSQLite3Database): TaskReader {
  const opener = openerOf(db);
  type Stored = typeof tasks.$inferSelect;
  const opened = (row: string, column: 'parked' | 'result', cell: Uint8Array | null): Uint8Array | null =>
    cell === null ? null : openCell(opener, { table: 'tasks', column, row }, cell);
  const readable = (row: Stored): TaskRecord => ({
    ...row,
    parked: opened(row.id, 'parked', row.parked),
    result: opened(row.id, 'result', row.result),
  });
  const one = (row: Stored | undefined): TaskRecord | null => (row === undefined ? null : readable(row));
  const byId = orm
    .select()
    .from(tasks)
    .where(eq(tasks.id, placeholder('id')))
    .prepare();
  const byUpstream = orm
    .select()
    .from(tasks)
    .where(
      and(
        eq(tasks.upstreamUid, placeholder('upstreamUid')),
        eq(tasks.upstreamTask, placeholder('upstreamTask')),
      ),
    )
    .prepare();
  const byCall = orm
    .select()
    .from(tasks)
    .where(eq(tasks.call, placeholder('call')))
    .orderBy(asc(tasks.createdAt))
    .prepare();
  const byApproval = orm
    .select()
    .from(tasks)
    .where(eq(tasks.approval, placeholder('approval')))
    .orderBy(asc(tasks.createdAt))
    .prepare();
  const parked = orm
    .select()
    .from(tasks)
    .where(sql`parked IS NOT NULL`)
    .orderBy(asc(tasks.createdAt))
    .prepare();
  // The words of the partial index `tasks_at_work`, literally: only then is it used.
  const atWork = orm
    .select({ id: tasks.id })
    .from(tasks)
    .where(
      and(
        eq(tasks.upstreamUid, placeholder('upstreamUid')),
        sql`upstream_task IS NOT NULL AND state NOT IN ('TASK_STATE_COMPLETED', 'TASK_STATE_FAILED', 'TASK_STATE_CANCELED', 'TASK_STATE_REJECTED')`,
      ),
    )
    .limit(1)
    .prepare();
  const fits = and(
    eq(tasks.upstreamUid, placeholder('upstreamUid')),
    eq(tasks.agentUid, placeholder('agentUid')),
    eq(tasks.subject, placeholder('subject')),
    sql`(${placeholder('context')} IS NULL OR context = ${placeholder('context')})`,
    sql`(${placeholder('state')} IS NULL OR state = ${placeholder('state')})`,
    sql`(${placeholder('since')} IS NULL OR updated_at >= ${placeholder('since')})`,
    sql`(${placeholder('open')} = 0 OR (upstream_task IS NOT NULL AND state NOT IN ('TASK_STATE_COMPLETED', 'TASK_STATE_FAILED', 'TASK_STATE_CANCELED', 'TASK_STATE_REJECTED')))`,
  );
  const page = orm
    .select()
    .from(tasks)
    .where(and(fits, sql`(updated_at, id) < (${placeholder('at')}, ${placeholder('id')})`))
    .orderBy(desc(tasks.updatedAt), desc(tasks.id))
    .limit(placeholder('limit'))
    .prepare();
  const counted = orm.select({ n: count() }).from(tasks).where(fits).prepare();
  const asked = ({ upstreamUid, agentUid, subject, context, state, since, isOpen }: TaskQuery) => ({
    upstreamUid,
    agentUid,
    subject,
    context: context ?? null,
    state: state ?? null,
    since: since ?? null,
    open: isOpen === true ? 1 : 0,
  });
  const expired = orm
    .select()
    .from(tasks)
    .where(sql`expires_at <= ${placeholder('now')}`)
    .orderBy(sql`expires_at`)
    .limit(placeholder('limit'))
    .prepare();
  const context = orm
    .select()
    .from(contexts)
    .where(and(eq(contexts.id, placeholder('id')), eq(contexts.upstreamUid, placeholder('upstreamUid'))))
    .prepare();
  const contextByUpstream = orm
    .select()
    .from(contexts)
    .where(
      and(
        eq(contexts.upstreamUid, placeholder('upstreamUid')),
        eq(contexts.upstreamContext, placeholder('upstreamContext')),
        eq(contexts.agentUid, placeholder('agentUid')),
        eq(contexts.subject, placeholder('subject')),
      ),
    )
    .prepare();
  return {
    get: async (id) => one(byId.get({ id })),
    byUpstream: async (upstreamUid, upstreamTask) => one(byUpstream.get({ upstreamUid, upstreamTask })),
    byCall: async (call) => byCall.all({ call }).map(readable),
    atWork: async (upstreamUid) => atWork.get({ upstreamUid }) !== undefined,
    byApproval: async (approval) => byApproval.all({ approval }).map(readable),
    page: async (of, after, limit) =>
      page
        .all({ ...asked(of), at: after?.updatedAt ?? Number.MAX_SAFE_INTEGER, id: after?.id ?? '', limit })
        .map(readable),
    count: async (of) => counted.get(asked(of))?.n ?? 0,
    parked: async () => parked.all().map(readable),
    expired: async (now, limit) => expired.all({ now, limit }).map(readable),
    context: async (upstreamUid, id) => context.get({ upstreamUid, id }) ?? null,
    contextByUpstream: async (upstreamUid, upstreamContext, { agentUid, subject }) =>
      contextByUpstream.get({ upstreamUid, upstreamContext, agentUid, subject }) ?? null,
  };
}
