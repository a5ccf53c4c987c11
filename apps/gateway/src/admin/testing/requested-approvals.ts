// Approval requests as the pipeline opens them, for tests of what people do with them.
import { type Id, newId } from '@countersign/audit';
import type { RequestedGuard, ShownCall } from '../../approvals/types.ts';
import type { AdminUnderTest } from './admin-under-test.ts';
import { recordCall } from './recorded-calls.ts';

const HALF_AN_HOUR_MS = 30 * 60 * 1000;

/** Holds a large payment of agent `invoice`, which a member of `finance` may approve. */
export async function requestApproval(
  { store, deps }: AdminUnderTest,
  { quorum = 1, subject = '' }: { readonly quorum?: number; readonly subject?: string } = {},
): Promise<Id<'apr'>> {
  const approval = newId('apr');
  const params = '{"name":"pay","arguments":{"amount_cents":900000}}';
  const held = await recordCall(store, { decision: 'hold', approval, params });
  const expiresAt = deps.now() + HALF_AN_HOUR_MS;
  const guards: RequestedGuard[] = [
    {
      policy: 'large-payments',
      group: 'finance',
      quorum,
      reasonRequired: false,
      maxWaitMs: null,
      description: null,
    },
  ];
  const shown: ShownCall = {
    sentence: 'Agent invoice asks to pay and large-payments wants approval by finance',
    operation: 'mcp:tools/call',
    upstream: 'payments',
    resource: 'pay',
    params,
    owner: 'omar',
  };
  const committed = await store.commit({
    entries: [
      {
        kind: 'approval.requested',
        call: held.call,
        agent: null,
        chain: held.chain,
        body: { approval, quorum, expiresAt: expiresAt * 1000 },
        details: { guards: JSON.stringify(guards), shown: JSON.stringify(shown) },
      },
    ],
    changes: [
      {
        insert: 'approvals',
        row: {
          id: approval,
          state: 'pending',
          binding: approval,
          call: held.call,
          chain: held.chain,
          agent_uid: newId('agt'),
          agent: 'invoice',
          subject,
          upstream_uid: newId('srv'),
          resource: 'pay',
          guards: JSON.stringify(guards),
          shown: JSON.stringify(shown),
          quorum,
          requested_at: deps.now(),
          expires_at: expiresAt,
          grant_expires_at: null,
          decided_at: null,
          consumed_by: null,
        },
      },
    ],
  });
  if (!committed.ok) throw new Error(`the request was not recorded: ${committed.code}`);
  return approval;
}
