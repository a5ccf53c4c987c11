// How meters must be kept: by compare-and-swap on a version, in the commit of whatever they are counted for.
import { describe, expect, it } from 'vitest';
import { completed, decided, newCall } from '../testing-drafts.ts';
import type { Change, Precondition } from '../types.ts';
import { type StoreHarness, underTest } from './harness.ts';

const KEY = { meter: 'spend+amount', holder: 'agent:agt_1' };

const put = (version: number, expiresAt = 1000): Change => ({
  put: 'meters',
  row: { ...KEY, version, buckets: `{"v":${version}}`, expires_at: expiresAt },
});
const absent: Precondition = { table: 'meters', where: KEY, expect: 'absent' };
const at = (version: number): Precondition => ({
  table: 'meters',
  where: { ...KEY, version },
  expect: 'exists',
});

export function describeMeters(createHarness: () => Promise<StoreHarness>): void {
  describe('meters', () => {
    const t = underTest(createHarness);

    it('are written only over the version that was read, together with the entry that they count for', async () => {
      const [first, second, late] = [newCall(), newCall(), newCall()];
      expect(await t.readers.meters.get(KEY)).toBeNull();
      // All at once, as a node sends them: each builds on what the one before is to write.
      const results = await Promise.all([
        t.store.commit({ entries: [decided(first)], changes: [put(71)], preconditions: [absent] }),
        t.store.commit({ entries: [decided(second)], changes: [put(13)], preconditions: [at(71)] }),
        t.store.commit({ entries: [decided(late)], changes: [put(99)], preconditions: [at(71)] }),
        t.store.commit({ entries: [decided(late)], changes: [put(98)], preconditions: [absent] }),
      ]);
      expect(results.map((result) => (result.ok ? 'ok' : result.code))).toEqual([
        'ok',
        'ok',
        'precondition_failed',
        'precondition_failed',
      ]);
      expect(await t.readers.meters.get(KEY)).toEqual({ version: 13, buckets: '{"v":13}' });
      expect(await t.readers.calls.get(late.call)).toBeNull();
      await t.expectSoundLog();
    });

    it('are still there after a restart, and give back in the commit of an outcome', async () => {
      const ids = newCall();
      await t.commit({ entries: [decided(ids)], changes: [put(5)] });
      await t.reopen();
      expect(await t.readers.meters.get(KEY)).toMatchObject({ version: 5 });
      await t.commit({ entries: [completed(ids, 1)], changes: [put(6)], preconditions: [at(5)] });
      expect(await t.readers.meters.get(KEY)).toMatchObject({ version: 6 });
    });

    it('are found when nothing in them counts any more, and go only as they were found', async () => {
      await t.commit({ changes: [put(1, 1000)] });
      expect(await t.readers.meters.expired(999, 10)).toEqual([]);
      const [found] = await t.readers.meters.expired(1000, 10);
      expect(found).toEqual({ ...KEY, version: 1 });
      await t.commit({ changes: [put(2, 5000)] });
      await t.commit({ changes: [{ remove: 'meters', where: { ...found } }] });
      expect(await t.readers.meters.get(KEY)).toMatchObject({ version: 2 });
      await t.commit({ changes: [{ remove: 'meters', where: { ...KEY, version: 2 } }] });
      expect(await t.readers.meters.get(KEY)).toBeNull();
    });
  });
}
