// Whether a data folder, whatever was done to it, still holds what was acknowledged, in a log that verifies.
import { toHex, verifyLog } from '@countersign/audit';
import type { TestFolder } from '../../apps/gateway/src/store/sqlite/testing/folder.ts';

export interface Kept {
  /** Entries that were acknowledged and are not there, or are not what was acknowledged. */
  readonly lost: readonly number[];
  /** What the verifier found first. */
  readonly broken: string | null;
  readonly size: number;
}

/** Opens the folder as a gateway would, which recovers what can be recovered. Throws if it cannot be opened. */
export async function keptIn(
  folder: TestFolder,
  acknowledged: readonly (readonly [index: number, leaf: string])[],
): Promise<Kept> {
  const store = await folder.open();
  try {
    const leaves = new Map<number, string>();
    for await (const { index, leaf } of store.readers.log.entries()) leaves.set(index, toHex(leaf));
    const report = await verifyLog(store.readers.log.entries(), {
      origin: folder.origin,
      vkeys: [folder.vkey],
      checkpoints: store.readers.log.checkpoints(),
    });
    return {
      lost: acknowledged.filter(([index, leaf]) => leaves.get(index) !== leaf).map(([index]) => index),
      broken: report.firstFailure === null ? null : JSON.stringify(report.firstFailure),
      size: leaves.size,
    };
  } finally {
    await store.close();
  }
}
