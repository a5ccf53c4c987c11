// The ceremony as the command holds it, ended after one of its steps: what is on disk then is what a crash leaves.
import { parseKeyManifest } from '@countersign/audit';
import { placeOf } from '../store/payload/place.ts';
import { dataPaths } from '../store/paths.ts';
import { openForReading } from '../store/sqlite/open.ts';
import type { Store } from '../store/store.ts';
import { planArchive } from './plan.ts';
import { type ArchiveStep, archiveEntries } from './run.ts';
import type { ArchiveLog } from './testing-log.ts';

/** @param atOnce how many entries go in one transaction. */
export async function archiveWith(
  log: ArchiveLog,
  before: number,
  last: ArchiveStep,
  atOnce?: number,
): Promise<void> {
  const store = await log.open();
  const db = openForReading(dataPaths(log.dataDir).database);
  try {
    const options = { before: { index: before }, retentionMs: null, now: Date.now() };
    const plan = await planArchive({ db, readers: store.readers }, options);
    if (!plan.ok) throw new Error(plan.error);
    const record = await store.readers.keys.manifest();
    const manifest = parseKeyManifest(record?.note ?? '');
    if (!manifest.ok) throw new Error(manifest.error.message);
    await archiveEntries(
      {
        store: atOnce === undefined ? store : inSmallBatches(store, atOnce),
        db,
        vkeys: manifest.value.keys.filter(({ role }) => role === 'checkpoint').map(({ vkey }) => vkey),
        keyManifest: manifest.value,
        keys: record?.note ?? null,
        place: placeOf(log.dataDir),
        onStep: (step) => {
          if (step === last) throw new Error(`ended after ${step}`);
        },
      },
      plan.value,
      { folder: log.target, reason: 'a test' },
    );
  } finally {
    db.close();
    await store.close();
  }
}

function inSmallBatches(store: Store, atOnce: number): Store {
  return {
    ...store,
    commit: (request) =>
      store.commit(
        request.pruning !== undefined && 'drop' in request.pruning
          ? { ...request, pruning: { drop: atOnce } }
          : request,
      ),
  };
}
