// The tables that drizzle reads, as it needs them. migrations/sqlite is what creates them; a test keeps the two equal.
import type { RequestedGuard, ApprovalState } from '../../approvals/types.ts';
import type { ChangeReview, ReviewedChange } from '../../changes/types.ts';
import type { Id } from '@countersign/audit';
import { blob, integer, sqliteTable, text } from '../drizzle.ts';
import type { CallRecord } from '../readers/calls.ts';
import type { PolicyVersion } from '../readers/policies.ts';

export const calls = sqliteTable('calls', {
  seq: integer('seq').primaryKey(),
  id: text('id').$type<NonNullable<CallRecord['id']>>().notNull(),
  chain: text('chain').$type<NonNullable<CallRecord['chain']>>().notNull(),
  parent: text('parent').$type<NonNullable<CallRecord['parent']>>(),
  link: text('link').$type<NonNullable<CallRecord['link']>>().notNull(),
  depth: integer('depth').notNull(),
  protocol: text('protocol').$type<NonNullable<CallRecord['protocol']>>().notNull(),
  revision: text('revision').$type<NonNullable<CallRecord['revision']>>().notNull(),
  operation: text('operation').$type<NonNullable<CallRecord['operation']>>().notNull(),
  agentUid: text('agent_uid').$type<NonNullable<CallRecord['agentUid']>>(),
  agent: text('agent'),
  owner: text('owner'),
  team: text('team'),
  subject: text('subject'),
  upstreamUid: text('upstream_uid').$type<NonNullable<CallRecord['upstreamUid']>>(),
  upstream: text('upstream'),
  resource: text('resource'),
  agents: text('agents', { mode: 'json' }).$type<string[]>().notNull(),
  decision: text('decision').$type<NonNullable<CallRecord['decision']>>().notNull(),
  reason: text('reason').$type<NonNullable<CallRecord['reason']>>().notNull(),
  policies: text('policies', { mode: 'json' }).$type<string[]>().notNull(),
  approval: text('approval').$type<NonNullable<CallRecord['approval']>>(),
  sentence: text('sentence'),
  traceId: text('trace_id'),
  labels: text('labels', { mode: 'json' }).$type<string[]>().notNull(),
  brought: text('brought', { mode: 'json' }).$type<string[]>().notNull(),
  state: text('state').$type<NonNullable<CallRecord['state']>>().notNull(),
  round: integer('round').notNull(),
  outcome: text('outcome').$type<NonNullable<CallRecord['outcome']>>(),
  httpStatus: integer('http_status'),
  durationUs: integer('duration_us'),
  firstIndex: integer('first_index').notNull(),
  decidedIndex: integer('decided_index').notNull(),
  endedIndex: integer('ended_index'),
  startedAt: integer('started_at').notNull(),
  endedAt: integer('ended_at'),
});

export const approvals = sqliteTable('approvals', {
  id: text('id').$type<Id<'apr'>>().primaryKey(),
  state: text('state').$type<ApprovalState>().notNull(),
  binding: text('binding').notNull(),
  call: text('call').$type<Id<'call'>>().notNull(),
  chain: text('chain').$type<Id<'chain'>>().notNull(),
  agentUid: text('agent_uid').$type<Id<'agt'>>().notNull(),
  agent: text('agent').notNull(),
  subject: text('subject').notNull(),
  upstreamUid: text('upstream_uid').notNull(),
  resource: text('resource').notNull(),
  guards: text('guards', { mode: 'json' }).$type<RequestedGuard[]>().notNull(),
  shown: blob('shown', { mode: 'buffer' }).notNull(),
  quorum: integer('quorum').notNull(),
  requestedAt: integer('requested_at').notNull(),
  expiresAt: integer('expires_at').notNull(),
  grantExpiresAt: integer('grant_expires_at'),
  decidedAt: integer('decided_at'),
  consumedBy: text('consumed_by'),
});

export const reviews = sqliteTable('reviews', {
  id: text('id').primaryKey(),
  approval: text('approval').notNull(),
  reviewerUid: text('reviewer_uid').notNull(),
  reviewer: text('reviewer').notNull(),
  verdict: text('verdict').$type<'approve' | 'reject'>().notNull(),
  reason: text('reason').notNull(),
  reviewedAt: integer('reviewed_at').notNull(),
});

export const tasks = sqliteTable('tasks', {
  id: text('id').primaryKey(),
  upstreamUid: text('upstream_uid').notNull(),
  upstreamTask: text('upstream_task'),
  context: text('context').notNull(),
  call: text('call').notNull(),
  chain: text('chain').notNull(),
  agentUid: text('agent_uid').notNull(),
  subject: text('subject').notNull(),
  state: text('state').notNull(),
  minted: integer('minted', { mode: 'boolean' }).notNull(),
  approval: text('approval'),
  parked: blob('parked', { mode: 'buffer' }),
  result: blob('result', { mode: 'buffer' }),
  createdAt: integer('created_at').notNull(),
  updatedAt: integer('updated_at').notNull(),
  tool: text('tool'),
  expiresAt: integer('expires_at'),
});

export const pushConfigs = sqliteTable('push_configs', {
  id: text('id').primaryKey(),
  secret: text('secret').notNull(),
  token: text('token').notNull(),
  name: text('name').notNull(),
  task: text('task'),
  message: text('message'),
  upstreamUid: text('upstream_uid').notNull(),
  agentUid: text('agent_uid').notNull(),
  subject: text('subject').notNull(),
  call: text('call').$type<Id<'call'>>().notNull(),
  decided: integer('decided').notNull(),
  registered: integer('registered', { mode: 'boolean' }).notNull(),
  parked: blob('parked', { mode: 'buffer' }).notNull(),
  createdAt: integer('created_at').notNull(),
});

export const contexts = sqliteTable('contexts', {
  id: text('id').notNull(),
  upstreamUid: text('upstream_uid').notNull(),
  upstreamContext: text('upstream_context'),
  agentUid: text('agent_uid').notNull(),
  subject: text('subject').notNull(),
  chain: text('chain').notNull(),
  heldBy: text('held_by'),
  createdAt: integer('created_at').notNull(),
});

export const objects = sqliteTable('objects', {
  kind: text('kind').notNull(),
  name: text('name').notNull(),
  uid: text('uid').notNull(),
  manifest: text('manifest').notNull(),
  generation: integer('generation').notNull(),
  updatedAt: integer('updated_at').notNull(),
});

export const catalog = sqliteTable('catalog', {
  upstreamUid: text('upstream_uid').primaryKey(),
  definitions: text('definitions').notNull(),
  digest: text('digest').notNull(),
  fetchedAt: integer('fetched_at').notNull(),
});

export const policySets = sqliteTable('policy_sets', {
  digest: text('digest').primaryKey(),
  sources: text('sources').notNull(),
  author: text('author').notNull(),
  activatedAt: integer('activated_at').notNull(),
  active: integer('active', { mode: 'boolean' }).notNull(),
  typedBy: blob('typed_by', { mode: 'buffer' }),
});

export const adminTokens = sqliteTable('admin_tokens', {
  digest: text('digest').primaryKey(),
  userName: text('user_name').notNull(),
  roles: text('roles', { mode: 'json' }).$type<string[]>().notNull(),
  createdAt: integer('created_at').notNull(),
  expiresAt: integer('expires_at'),
});

export const people = sqliteTable('people', {
  uid: text('uid').$type<Id<'usr'>>().primaryKey(),
  issuer: text('issuer').notNull(),
  subject: text('subject').notNull(),
  name: text('name').notNull(),
  displayName: text('display_name').notNull(),
  email: text('email').notNull(),
  groups: text('groups', { mode: 'json' }).$type<string[]>().notNull(),
  confirmedAt: integer('confirmed_at').notNull(),
});

export const changes = sqliteTable('changes', {
  id: text('id').$type<ReviewedChange['id']>().primaryKey(),
  of: text('of').$type<ReviewedChange['of']>().notNull(),
  state: text('state').$type<ReviewedChange['state']>().notNull(),
  proposal: text('proposal', { mode: 'json' }).$type<ReviewedChange['proposal']>().notNull(),
  effect: text('effect', { mode: 'json' }).$type<ReviewedChange['effect']>().notNull(),
  message: text('message').notNull(),
  authorUid: text('author_uid').$type<ReviewedChange['authorUid']>().notNull(),
  author: text('author').notNull(),
  quorum: integer('quorum').notNull(),
  proposedAt: integer('proposed_at').notNull(),
  expiresAt: integer('expires_at').notNull(),
  closedAt: integer('closed_at'),
  reason: text('reason'),
});

export const changeReviews = sqliteTable('change_reviews', {
  change: text('change').$type<ChangeReview['change']>().notNull(),
  reviewerUid: text('reviewer_uid').$type<ChangeReview['reviewerUid']>().notNull(),
  reviewer: text('reviewer').notNull(),
  verdict: text('verdict').$type<ChangeReview['verdict']>().notNull(),
  reason: text('reason').notNull(),
  reviewedAt: integer('reviewed_at').notNull(),
});

export const policyVersions = sqliteTable('policy_versions', {
  version: integer('version').primaryKey(),
  digest: text('digest').notNull(),
  previous: text('previous'),
  cause: text('cause').$type<PolicyVersion['cause']>().notNull(),
  change: text('change'),
  author: text('author').notNull(),
  message: text('message').notNull(),
  reviewers: text('reviewers', { mode: 'json' }).$type<string[]>().notNull(),
  diff: text('diff').notNull(),
  broken: text('broken').notNull(),
  activatedAt: integer('activated_at').notNull(),
});
