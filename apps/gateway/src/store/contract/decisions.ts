// How recorded decisions must be found for replay, and what a shadow set left: from the log itself, in its order, with
// what is missing named.
import { newId } from '@countersign/audit';
import type { RecordedDecision } from '@countersign/policy';
import { describe, expect, it } from 'vitest';
import type { DecisionWindow } from '../readers/decisions.ts';
import { approvalRow, completed, decided, newCall } from '../testing-drafts.ts';
import { type StoreHarness, underTest } from './harness.ts';

const A = 'a'.repeat(64);
const B = 'b'.repeat(64);

export function describeDecisions(createHarness: () => Promise<StoreHarness>): void {
  describe('decisions to be made again', () => {
    const t = underTest(createHarness);
    const read = async (window: DecisionWindow): Promise<RecordedDecision[]> => {
      const found: RecordedDecision[] = [];
      for await (const { decisions } of t.readers.decisions.decisions(window)) found.push(...decisions);
      return found;
    };

    it('come in the order of the log, all rounds of a call, and nothing that is no decision', async () => {
      const ids = newCall();
      const details = { context: '{}', entities: '[]' };
      t.harness.setClock(5_000);
      await t.commit({
        entries: [
          decided(ids, { decision: 'hold', reason: 'guarded' }, details),
          decided(ids, { reason: 'grant_redeemed', round: 2 }, details),
          completed(ids, 2),
        ],
      });
      const found = await read(await t.readers.decisions.since(0));
      expect(found).toMatchObject([
        {
          call: ids.call,
          round: 1,
          at: 5_000,
          outcome: 'hold',
          reason: 'guarded',
          context: '{}',
          entities: '[]',
        },
        { call: ids.call, round: 2, outcome: 'allow', reason: 'grant_redeemed', erased: [], grants: [] },
      ]);
    });

    it('are looked for from a time on, or among the latest calls', async () => {
      for (const clock of [10_000, 20_000, 30_000]) {
        t.harness.setClock(clock);
        await t.commit({ entries: [decided(newCall())] });
      }
      const { decisions } = t.readers;
      const times = async (window: DecisionWindow) => (await read(window)).map(({ at }) => at);
      expect(await times(await decisions.since(20_000))).toEqual([20_000, 30_000]);
      expect(await times(await decisions.since(20_001))).toEqual([30_000]);
      expect(await times(await decisions.since(40_000))).toEqual([]);
      expect(await times(await decisions.last(2))).toEqual([20_000, 30_000]);
      expect(await times(await decisions.last(9))).toEqual([10_000, 20_000, 30_000]);
    });

    it('carry the guards that their approval covers, where it let them through', async () => {
      const ids = newCall();
      const approval = newId('apr');
      const guards = JSON.stringify([{ policy: 'one' }, { policy: 'two' }]);
      await t.commit({
        entries: [
          decided(ids, { decision: 'hold', reason: 'guarded', approval }),
          decided(ids, { reason: 'grant_redeemed', round: 2, approval }),
        ],
        changes: [{ insert: 'approvals', row: approvalRow(ids, approval, { guards }) }],
      });
      const found = await read(await t.readers.decisions.since(0));
      expect(found.map(({ grants }) => grants)).toEqual([[], ['one', 'two']]);
    });

    it('are all there, however many', async () => {
      const entries = Array.from({ length: 1_300 }, () => decided(newCall()));
      await t.commit({ entries });
      const found = await read(await t.readers.decisions.since(0));
      expect(found.map(({ call }) => call)).toEqual(entries.map(({ call }) => call));
    });
  });

  describe('a shadow set', () => {
    const t = underTest(createHarness);
    const difference = (digest: string, agent: string, at: number) =>
      ({
        ensure: 'shadow_differences',
        row: {
          call: newId('call'),
          round: 1,
          digest,
          agent,
          resource: 'payments/pay',
          live: 'allow',
          shadow: 'deny',
          at,
        },
      }) as const;

    it('is one at a time, and its differences are counted apart from those of others', async () => {
      const { shadow } = t.readers;
      expect(await shadow.current()).toBeNull();
      const row = { id: 1, sources: '[]', author: 'olive', since: 7 };
      await t.commit({ changes: [{ put: 'shadow_set', row: { ...row, digest: A } }] });
      await t.commit({ changes: [{ put: 'shadow_set', row: { ...row, digest: B } }] });
      expect(await shadow.current()).toEqual({ digest: B, sources: '[]', author: 'olive', since: 7 });
      await t.commit({
        changes: [
          difference(A, 'clerk', 1),
          difference(B, 'clerk', 2),
          difference(B, 'invoice', 3),
          difference(B, 'invoice', 4),
        ],
      });
      expect(await shadow.total(B)).toBe(3);
      expect(await shadow.counts(B, 9)).toMatchObject([
        {
          agent: 'invoice',
          resource: 'payments/pay',
          live: 'allow',
          shadow: 'deny',
          count: 2,
          first: 3,
          last: 4,
        },
        { agent: 'clerk', count: 1 },
      ]);
      expect((await shadow.latest(B, 2)).map(({ at }) => at)).toEqual([4, 3]);
      await t.commit({ changes: [{ remove: 'shadow_set', where: { id: 1 } }] });
      expect(await shadow.current()).toBeNull();
    });
  });
}
