// An approval that is gone in the moment between the decision and its record.
import type { Id } from '@countersign/audit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Approval } from '../approvals/types.ts';
import { release } from './hold.ts';
import { carry } from './pipeline.ts';
import { type MeteredPipeline, openMeteredPipeline } from './testing/metered-pipeline.ts';
import type { DecidedCall } from './types.ts';

const GUARD = `@id("pay") permit (principal is Agent, action == Action::"payments/pay", resource is Tool);
@id("finance") @approve("finance") forbid (principal is Agent, action == Action::"payments/pay", resource);`;

let payments: MeteredPipeline;
beforeEach(async () => {
  payments = await openMeteredPipeline([{ file: 'pay.cedar', text: GUARD }]);
});
afterEach(() => payments.close());

async function approved(): Promise<{ readonly call: DecidedCall; readonly approval: Approval }> {
  await payments.pay(100, 'a');
  const { call, approval } = payments.held('a');
  const input = { approval: approval.id, reviewer: 'carl', verdict: 'approve', reason: 'fine' } as const;
  const reviewed = await payments.deps.approvals.review(input);
  if (!reviewed.ok) throw new Error(reviewed.error.message);
  return { call, approval: reviewed.value };
}
const revoke = (approval: Id<'apr'>) =>
  payments.deps.approvals.revoke({ approval, by: { name: 'carl', uid: null }, reason: 'a mistake' });

/** Approved and decided again, and then the approval ends. */
async function lost(end: (approval: Id<'apr'>) => Promise<unknown>): Promise<string> {
  const { call, approval } = await approved();
  const cleared = await release(call, approval, payments.deps);
  if (!cleared.ok) throw new Error(cleared.error.message);
  await end(approval.id);
  const carried = await carry(cleared.value, payments.deps);
  return carried.ok ? 'sent' : `${carried.error.code}: ${carried.error.message}`;
}

const REFUSAL = 'denied: the approval for this call was used, taken back or ended meanwhile';

test('an approval that was taken back is not said to have been used', async () => {
  expect(await lost(revoke)).toBe(REFUSAL);
  expect(payments.sent).toEqual([]);
});

test('an approval that another call used is good for no other', async () => {
  const use = async (approval: Id<'apr'>): Promise<void> => {
    const used = await payments.deps.approvals.byId(approval);
    if (used === null) throw new Error('it is not there');
    const other = await release(payments.held('a').call, used, payments.deps);
    if (!other.ok) throw new Error(other.error.message);
    expect((await carry(other.value, payments.deps)).ok).toBe(true);
  };
  expect(await lost(use)).toBe(REFUSAL);
  expect(payments.sent).toEqual([100]);
});

test('a call whose approval was taken back before it was decided again is denied, and nobody is asked for it again', async () => {
  const { call, approval } = await approved();
  await revoke(approval.id);
  const released = await release(call, approval, payments.deps);
  expect(released).toMatchObject({
    ok: false,
    error: { code: 'approval_expired', reason: expect.stringContaining('the approval was taken back') },
  });
  expect(await payments.deps.approvals.pendingOf(approval.agentUid)).toBe(0);
  expect(await payments.deps.approvals.live(approval.binding)).toBeNull();
  const stored = await payments.store.readers.calls.get(call.id);
  expect(stored).toMatchObject({ decision: 'deny', reason: 'approval_expired' });
});
