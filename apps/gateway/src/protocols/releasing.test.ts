import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Approval } from '../approvals/types.ts';
import { type MeteredPipeline, openMeteredPipeline } from '../pipeline/testing/metered-pipeline.ts';
import { createReleasing, type Ended } from './releasing.ts';

const GUARD = `@id("pay") permit (principal is Agent, action == Action::"payments/pay", resource is Tool);
@id("finance") @approve("finance") forbid (principal is Agent, action == Action::"payments/pay", resource);`;
const TASK = 'b7a1c7de-6f0e-4b4d-9f4b-2f6f6b0f0f11';

let payments: MeteredPipeline;
beforeEach(async () => {
  payments = await openMeteredPipeline([{ file: 'pay.cedar', text: GUARD }]);
});
afterEach(() => payments.close());

/** How the task of a held call ends, once its request was closed by `close`. */
async function endAfter(close: (approval: Approval) => Promise<unknown>): Promise<Ended | undefined> {
  await payments.pay(100, 'a');
  const { call, approval } = payments.held('a');
  const row = {
    id: TASK,
    upstream_uid: call.upstream.uid,
    upstream_task: null,
    context: '',
    call: call.id,
    chain: call.link.chain,
    agent_uid: call.caller.agent?.uid ?? '',
    subject: '',
    state: 'TASK_STATE_AUTH_REQUIRED',
    minted: 1,
    approval: approval.id,
    parked: Buffer.from('{}'),
    tool: 'pay',
    expires_at: approval.expiresAt,
    created_at: payments.clock,
    updated_at: payments.clock,
  };
  await payments.store.commit({ entries: [], changes: [{ insert: 'tasks', row }] });
  await close(approval);
  const ends: Ended[] = [];
  const none = (): Promise<never> => Promise.reject(new Error('nothing is to be sent'));
  const releasing = createReleasing({
    pipeline: payments.deps,
    tasks: payments.store.readers.tasks,
    calls: payments.store.readers.calls,
    isMine: () => true,
    unpark: () => Promise.resolve({ call, isReachable: true }),
    begin: none,
    send: none,
    carryOut: none,
    holdAgain: none,
    async end(_row, how) {
      ends.push(how);
    },
    afterRestart: none,
    settled: none,
  });
  await releasing.look(TASK);
  await releasing.stop();
  return ends[0];
}

test('a task whose caller gave it up is withdrawn', async () => {
  const end = await endAfter(({ id }) => payments.deps.approvals.withdraw(id, 'the caller cancelled it'));
  expect(end).toEqual({ kind: 'withdrawn' });
});

test('a task whose approval was taken back was refused, on record, and not given up by its caller', async () => {
  const end = await endAfter(async ({ id: approval }) => {
    await payments.deps.approvals.review({ approval, reviewer: 'carl', verdict: 'approve', reason: 'fine' });
    await payments.deps.approvals.revoke({ approval, by: { name: 'carl', uid: null }, reason: 'a mistake' });
  });
  expect(end).toMatchObject({ kind: 'refused', rejection: { code: 'approval_expired' } });
  const { call } = payments.held('a');
  const stored = await payments.store.readers.calls.get(call.id);
  expect(stored).toMatchObject({ decision: 'deny', reason: 'approval_expired' });
});
