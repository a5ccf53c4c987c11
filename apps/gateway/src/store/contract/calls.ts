// How calls must be found: the projection of the log, its story per call, and what a crash leaves open.
import { newId } from '@countersign/audit';
import { describe, expect, it } from 'vitest';
import { recoverOpenCalls } from '../recovery.ts';
import { completed, decided, newCall, requested, reviewed } from '../testing-drafts.ts';
import { type StoreHarness, underTest } from './harness.ts';

export function describeCalls(createHarness: () => Promise<StoreHarness>): void {
  describe('calls', () => {
    const t = underTest(createHarness);

    it('are searchable as soon as they are decided, and end with their outcome', async () => {
      const ids = newCall();
      await t.commit({ entries: [decided(ids)] });
      expect(await t.readers.calls.get(ids.call)).toMatchObject({
        agent: 'invoice',
        owner: 'fiona',
        subject: 'fiona@example.com',
        upstream: 'payments',
        resource: 'payments/pay',
        agents: ['triage', 'invoice'],
        policies: ['small-payments'],
        traceId: '0af7651916cd43dd8448eb211c80319c',
        state: 'open',
        decidedIndex: 1,
        endedIndex: null,
      });
      await t.commit({ entries: [completed(ids, 1, { outcome: 'tool_error' })] });
      expect(await t.readers.calls.get(ids.call)).toMatchObject({
        state: 'completed',
        outcome: 'tool_error',
        httpStatus: 200,
        endedIndex: 2,
      });
      expect(await t.readers.calls.get('call_none')).toBeNull();
    });

    it('stay one call when they are decided again after an approval', async () => {
      const ids = newCall();
      const approval = newId('apr');
      t.harness.setClock(1000);
      await t.commit({
        entries: [decided(ids, { decision: 'hold', reason: 'guarded', approval }), requested(ids, approval)],
      });
      expect(await t.readers.calls.get(ids.call)).toMatchObject({ state: 'held', startedAt: 1000 });
      t.harness.setClock(9000);
      await t.commit({ entries: [reviewed(ids, approval, 'approve')] });
      await t.commit({ entries: [decided(ids, { reason: 'grant_redeemed', approval, round: 2 })] });
      expect(await t.readers.calls.get(ids.call)).toMatchObject({
        state: 'open',
        decision: 'allow',
        round: 2,
        startedAt: 1000,
        decidedIndex: 4,
      });
      await t.commit({ entries: [completed(ids, 4)] });
      const story = await t.readers.calls.entries(ids.call);
      expect(story.map(({ header }) => header.kind)).toEqual([
        'call.decided',
        'approval.requested',
        'approval.reviewed',
        'call.decided',
        'call.completed',
      ]);
      expect(story[0]).toMatchObject({
        erased: [],
        details: { sentence: expect.stringContaining('invoice') },
      });
      await t.expectSoundLog();
    });

    it('that are held end with the refusal of their approval, all that wait for it', async () => {
      const [one, joined, given] = [newCall(), newCall(), newCall()];
      const approval = newId('apr');
      const hold = { decision: 'hold', reason: 'guarded', approval } as const;
      await t.commit({ entries: [decided(one, hold), requested(one, approval), decided(joined, hold)] });
      await t.commit({ entries: [decided(given, { ...hold, approval: newId('apr') })] });
      await t.commit({ entries: [completed(given, 4, { outcome: 'aborted', status: null })] });
      await t.commit({ entries: [reviewed(one, approval, 'reject')] });
      for (const { call } of [one, joined]) {
        expect(await t.readers.calls.get(call)).toMatchObject({ state: 'denied', endedIndex: 6 });
      }
      expect(await t.readers.calls.get(given.call)).toMatchObject({
        state: 'completed',
        outcome: 'aborted',
      });
    });

    it('left open by a crash are declared unknown exactly once, held and ended ones never', async () => {
      const [open, held, done, denied] = [newCall(), newCall(), newCall(), newCall()];
      await t.commit({
        entries: [
          decided(open),
          decided(held, { decision: 'hold', reason: 'guarded' }),
          decided(done),
          decided(denied, { decision: 'deny', reason: 'forbidden' }),
          completed(done, 3),
        ],
      });
      await t.reopen();
      expect(await recoverOpenCalls(t.store)).toBe(1);
      expect(await recoverOpenCalls(t.store)).toBe(0);
      const unknown = (await t.headers()).filter(({ kind }) => kind === 'call.unknown');
      expect(unknown).toMatchObject([
        { call: open.call, body: { reason: 'restart', decided: 1 }, chain: { seq: 1 } },
      ]);
      const states = await Promise.all(
        [open, held, done, denied].map(async ({ call }) => (await t.readers.calls.get(call))?.state),
      );
      expect(states).toEqual(['unknown', 'held', 'completed', 'denied']);
      await t.expectSoundLog();
    });

    it('are found by what they are, page by page, the newest first', async () => {
      const upstream = newId('srv');
      const calls = Array.from({ length: 25 }, () => newCall());
      await t.commit({
        entries: calls.map((ids, i) =>
          decided(
            ids,
            i % 2 === 0 ? { upstream } : { decision: 'deny', reason: 'forbidden' },
            i % 5 === 0 ? { explanation: JSON.stringify({ determining: [{ id: 'rare' }] }) } : {},
          ),
        ),
      });
      const reader = t.readers.calls;
      const indexes = async (...args: Parameters<typeof reader.page>) =>
        (await reader.page(...args)).calls.map(({ decidedIndex }) => decidedIndex);
      expect(await indexes({ policy: 'rare' }, { limit: 10 })).toEqual([21, 16, 11, 6, 1]);
      expect(await indexes({ policy: 'rare', decision: 'deny' }, { limit: 10 })).toEqual([16, 6]);
      expect(await indexes({ state: 'open', agent: 'invoice' }, { limit: 2 })).toEqual([25, 23]);
      expect(await indexes({ agent: 'nobody' }, { limit: 2 })).toEqual([]);
      expect(await indexes({ chain: calls[3]?.chain }, { limit: 2 })).toEqual([4]);
      const first = await reader.page({}, { limit: 20 });
      expect(first.next).toBe(5);
      expect(await reader.page({}, { limit: 20, before: 5 })).toMatchObject({
        calls: { length: 5 },
        next: null,
      });
      expect((await t.readers.calls.open(upstream)).map(({ decidedIndex }) => decidedIndex)).toHaveLength(13);
      expect(await t.readers.calls.open(newId('srv'))).toEqual([]);
      expect(await reader.isAnyOpen(upstream)).toBe(true);
      expect(await reader.isAnyOpen(newId('srv'))).toBe(false);
    });

    it('are read chain by chain, the first first', async () => {
      const root = newCall();
      const child = { ...newCall(), chain: root.chain };
      await t.commit({
        entries: [decided(root), decided(child, { parent: root.call, link: 'verified', depth: 2 })],
      });
      expect(await t.readers.calls.chain(root.chain)).toMatchObject([
        { id: root.call, parent: null },
        { id: child.call, parent: root.call, link: 'verified', depth: 2 },
      ]);
    });
  });
}
