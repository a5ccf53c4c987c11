// A log as a start of the gateway leaves it, keys and key manifest included, for tests of offline commands.
import { openReceiptKey } from '../../receipts/key.ts';
import { openKeyManifest } from '../../start/key-manifest.ts';
import { openNodeKeys } from '../../start/keys.ts';
import { openRecoveredStore } from '../../start/store.ts';
import { dataPaths } from '../../store/paths.ts';
import type { TestFolder } from '../../store/sqlite/testing/folder.ts';
import type { Store } from '../../store/store.ts';
import { nodeStopped } from '../../store/testing-drafts.ts';

/** Opens the log as a start of the gateway does; rejects where that refuses. `onOpen` gets the store before anything can fail. */
export async function startLog(
  { dataDir, node }: Pick<TestFolder, 'dataDir' | 'node'>,
  { origin, now, onOpen }: { origin: string; now: () => number; onOpen: (store: Store) => void },
): Promise<Store> {
  const keys = await openNodeKeys(dataDir, origin);
  const headFile = dataPaths(dataDir).checkpoint;
  const options = { dataDir, origin, node, keys, headFile, payload: {}, now };
  const { store, spill } = await openRecoveredStore(options);
  spill.close();
  onOpen(store);
  const receipt = await openReceiptKey(dataDir, origin);
  if (!receipt.ok) throw new Error(receipt.error);
  const { checkpointVkeys: checkpoint } = keys;
  const speaking = { dataDir, origin, checkpoint, receipt: receipt.value.signer.vkey };
  const changes = await openKeyManifest(store, speaking, now());
  await store.commit({ entries: [nodeStopped()], changes });
  return store;
}
