// Joins what each part asks to read to the store's readers.
import type { ApprovalReads } from '../approvals/deps.ts';
import type { LinkReads } from '../identity/link.ts';
import type { SessionDeps } from '../protocols/mcp/sessions.ts';
import type { Readers } from '../store/readers.ts';

export function approvalReads({ approvals }: Readers): ApprovalReads {
  return {
    byId: (id) => approvals.get(id),
    live: (binding) => approvals.live(binding),
    reviews: (approval) => approvals.reviews(approval),
    overdue: (now) => approvals.overdue(now),
    pendingOf: (agentUid) => approvals.pendingCount(agentUid),
    async rejected(binding, now) {
      const newest = await approvals.list({ state: 'rejected', limit: REMEMBERED_REJECTIONS });
      return newest.find((approval) => approval.binding === binding && approval.expiresAt > now) ?? null;
    },
  };
}

/** One that is older than so many others may be asked for again. */
const REMEMBERED_REJECTIONS = 200;

export function linkReads({ calls, tasks, exposure }: Readers): LinkReads {
  return {
    async parentCall(id) {
      const call = await calls.get(id);
      if (call === null) return null;
      const { state, depth, agents, upstreamUid } = call;
      return { id, state, chain: call.chain, depth, agents, upstreamUid };
    },
    openInbound: async (agent) => (await calls.isAnyOpen(agent)) || (await tasks.atWork(agent)),
    openTaskOfCall: async (call) => (await tasks.byCall(call)).some((task) => !SETTLED.has(task.state)),
    chainLabels: (chain) => exposure.chainLabels(chain),
  };
}

const SETTLED: ReadonlySet<string> = new Set([
  'TASK_STATE_COMPLETED',
  'TASK_STATE_FAILED',
  'TASK_STATE_CANCELED',
  'TASK_STATE_REJECTED',
]);

export function sessionOf({ sessions }: Readers): SessionDeps['session'] {
  return async (upstreamUid, id) => {
    const row = await sessions.get(upstreamUid, id);
    if (row === null) return null;
    const { agentUid, subject, revision, closedAt } = row;
    return { agentUid, subject, revision: revision as '2025-11-25', isClosed: closedAt !== null };
  };
}
