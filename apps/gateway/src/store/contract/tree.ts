// What a store's tree must be: that of its entries, in tiles, as far as the log goes and no further.
import {
  leafHash,
  parseBundle,
  proveConsistency,
  proveInclusion,
  splitHashes,
  toHex,
  verifyConsistency,
  verifyInclusion,
} from '@countersign/audit';
import { describe, expect, it } from 'vitest';
import { nodeStopped } from '../testing-drafts.ts';
import type { CheckpointRecord } from '../readers/log.ts';
import { type StoreHarness, underTest } from './harness.ts';

export function describeTree(createHarness: () => Promise<StoreHarness>): void {
  describe('the tree', () => {
    const t = underTest(createHarness);
    const append = (count: number) => t.commit({ entries: Array.from({ length: count }, nodeStopped) });
    const signed = async (): Promise<CheckpointRecord> => {
      await t.reopen();
      const checkpoint = await t.readers.log.latestCheckpoint();
      if (checkpoint === null) throw new Error('a store that was closed has signed its last head');
      return checkpoint;
    };
    const headOf = ({ size, root }: CheckpointRecord) => ({ size, root: Buffer.from(root, 'hex') });

    it('proves every entry to be in what was signed, and every checkpoint to go on from the one before', async () => {
      await append(200);
      const older = headOf(await signed());
      await append(400);
      const newer = headOf(await signed());
      const { tree, log } = t.readers;
      for await (const { index, leaf } of log.entries()) {
        const proof = await proveInclusion(index, newer.size, tree.node);
        expect(verifyInclusion({ index, leaf, ...newer }, proof)).toBe(true);
      }
      const proof = await proveConsistency(older.size, newer.size, tree.node);
      expect(verifyConsistency({ older, newer }, proof)).toBe(true);
      expect(await log.checkpointAt(older.size)).toMatchObject({ size: older.size });
      expect(await log.checkpointAt(older.size + 1)).toBeNull();
    });

    it('gives tiles and bundles of entries as far as the log goes', async () => {
      await append(300);
      const { tree } = t.readers;
      for (const [index, width] of [
        [0, 256],
        [1, 45],
      ] as const) {
        const hashes = splitHashes((await tree.tile(0, index, width)) ?? new Uint8Array());
        const bundle = parseBundle((await tree.entryBundle(index, width)) ?? new Uint8Array(), width);
        expect(bundle.ok && bundle.value.map((header) => toHex(leafHash(header)))).toEqual(hashes.map(toHex));
      }
      expect(await tree.tile(0, 1, 46)).toBeNull();
      expect(await tree.entryBundle(1, 46)).toBeNull();
      expect(await tree.tile(1, 0, 2)).toBeNull();
      await expect(tree.node({ level: 0, index: 301 })).rejects.toThrow(RangeError);
    });
  });
}
