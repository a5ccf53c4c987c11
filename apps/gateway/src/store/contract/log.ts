// What a store's log must be: continuous, chained, ordered and signed.
import { isId, originDigest, verifyLog } from '@countersign/audit';
import { describe, expect, it } from 'vitest';
import { completed, decided, newCall, nodeStopped } from '../testing-drafts.ts';
import { receiptsOf, type StoreHarness, underTest } from './harness.ts';

export function describeLog(createHarness: () => Promise<StoreHarness>): void {
  describe('the log', () => {
    const t = underTest(createHarness);

    it('begins with an entry that names its origin', async () => {
      const [first] = await t.headers();
      expect(first).toMatchObject({ kind: 'log.opened', index: 0, prev: originDigest(t.harness.origin) });
      expect(await t.readers.log.entry(0)).toMatchObject({ details: [{ name: 'origin' }] });
      expect(isId(first?.node, 'node')).toBe(true);
    });

    it('gives the entries of one commit consecutive indexes, and each the leaf of the one before it', async () => {
      const ids = newCall();
      const [first, second] = await t.commit({ entries: [decided(ids), completed(ids, 1)] });
      expect([first?.index, second?.index]).toEqual([1, 2]);
      const [, , last] = await t.headers();
      expect(last?.prev).toBe(first?.leaf);
      expect((await t.readers.log.head()).lastLeaf).toBe(second?.leaf);
    });

    it('acknowledges every one of many parallel commits once, at an index of its own', async () => {
      const results = await Promise.all(
        Array.from({ length: 700 }, () => t.store.commit({ entries: [nodeStopped()] })),
      );
      const indexes = results.flatMap((result) => receiptsOf(result).map(({ index }) => index));
      expect(indexes.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 700 }, (_, i) => i + 1));
      await t.expectSoundLog();
    });

    it('continues each chain from its own last entry, across commits and restarts', async () => {
      const [one, other] = [newCall(), newCall()];
      await t.commit({ entries: [decided(one), decided(other)] });
      await t.commit({ entries: [completed(one, 1)] });
      await t.reopen();
      await t.commit({ entries: [decided({ ...newCall(), chain: one.chain })] });
      const links = (await t.headers())
        .filter((header) => header.chain?.id === one.chain)
        .map(({ chain }) => chain);
      expect(links.map((link) => link?.seq)).toEqual([0, 1, 2]);
      expect(links.map((link) => link?.prevIndex)).toEqual([null, 1, 3]);
      await t.expectSoundLog();
    });

    it('continues after a restart', async () => {
      await t.commit({ entries: [nodeStopped(), nodeStopped()] });
      const before = await t.readers.log.head();
      await t.reopen();
      expect(await t.readers.log.head()).toEqual(before);
      const [receipt] = await t.commit({ entries: [nodeStopped()] });
      expect(receipt?.index).toBe(3);
      await t.expectSoundLog();
    });

    it('never writes a time before the one of the entry before, though the clock steps back', async () => {
      t.harness.setClock(5000);
      const [later] = await t.commit({ entries: [nodeStopped()] });
      t.harness.setClock(4000);
      const [earlier] = await t.commit({ entries: [nodeStopped()] });
      expect([later?.time, earlier?.time]).toEqual([5_000_000, 5_000_000]);
      t.harness.setClock(6000);
      const [now] = await t.commit({ entries: [nodeStopped()] });
      expect(now?.time).toBe(6_000_000);
    });

    it('signs a head that covers every entry when it is closed', async () => {
      await t.commit({ entries: [nodeStopped()] });
      await t.reopen();
      const checkpoint = await t.readers.log.latestCheckpoint();
      expect(checkpoint?.size).toBe(2);
      const report = await verifyLog(t.readers.log.entries(), {
        origin: t.harness.origin,
        vkeys: [t.harness.vkey],
        checkpoints: t.readers.log.checkpoints(),
      });
      expect(report).toMatchObject({ verdict: 'consistent', covered: { byStore: 2 } });
      expect(report.root).toBe(checkpoint?.root);
      expect(await t.readers.log.recentCheckpoints(9)).toContainEqual(checkpoint);
    });

    it('signs at once when it is asked to, also while nothing new is there', async () => {
      const [receipt] = await t.commit({ entries: [nodeStopped()] });
      const checkpoints = await Promise.all([t.store.signNow(), t.store.signNow()]);
      for (const { size } of checkpoints) expect(size).toBe((receipt?.index ?? 0) + 1);
      expect(await t.readers.log.latestCheckpoint()).toEqual(checkpoints[1]);
      expect(await t.store.signNow()).toEqual(checkpoints[1]);
      expect(t.store.health()).toMatchObject({ state: 'ok', unsigned: null });
      await t.expectSoundLog();
    });

    it('signs nothing once it is closed', async () => {
      await t.store.close();
      await expect(t.store.signNow()).rejects.toThrow(/closed/);
    });

    it('reads any range of entries in constant pieces', async () => {
      await t.commit({ entries: Array.from({ length: 600 }, () => nodeStopped()) });
      const read = [];
      for await (const { index } of t.readers.log.entries(5, 590)) read.push(index);
      expect(read).toEqual(Array.from({ length: 585 }, (_, i) => i + 5));
      expect(await t.readers.log.entry(601)).toBeNull();
    });
  });
}
