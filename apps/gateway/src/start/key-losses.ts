// What the log tells of keys to stored values that are lost: that somebody gave them up, of how many entries, and why.
import { type EntryDraft, isDigest } from '@countersign/audit';
import { openVaultAt } from '../store/payload/open.ts';
import { placeOf } from '../store/payload/place.ts';
import type { Store } from '../store/store.ts';
import { StoreError } from '../store/store-error.ts';

/** Once for each loss; after a crash in between, once more. Throws a StoreError where it cannot be recorded. */
export async function recordKeyLosses(store: Store, dataDir: string): Promise<void> {
  const { current, recorded } = await store.readers.payloads.payloadKey();
  const key = recorded ?? current;
  const { origin: own } = await store.readers.log.head();
  const vault = openVaultAt(placeOf(dataDir));
  try {
    for (const { origin, before, reason, actor } of vault.unrecordedLosses()) {
      if (!isDigest(key)) continue;
      const entry: EntryDraft<'key.revoked'> = {
        kind: 'key.revoked',
        call: null,
        agent: null,
        chain: null,
        body: { role: 'payload', key, after: before },
        details: { reason: origin === own ? reason : `of \`${origin}\`: ${reason}`, actor },
      };
      const result = await store.commit({ entries: [entry] });
      if (!result.ok) throw new StoreError('unavailable', 'that keys are lost cannot be recorded');
      vault.markRecorded(origin);
    }
  } finally {
    vault.close();
  }
}
