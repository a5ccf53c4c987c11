// What the log tells of the key that wraps the keys to stored values: that it was made, and that another took its place.
import { type EntryDraft, isDigest } from '@countersign/audit';
import type { Store } from '../store/store.ts';

const NOBODY = { call: null, agent: null, chain: null } as const;

/** Records the key in use where the log does not have it yet. It is named by a digest, never by anything it could be found by. */
export async function recordPayloadKey(store: Store): Promise<void> {
  const { current, recorded } = await store.readers.payloads.payloadKey();
  if (current === recorded || !isDigest(current)) return;
  const { size } = await store.readers.log.head();
  const entry: EntryDraft =
    recorded === null || !isDigest(recorded)
      ? { kind: 'key.created', ...NOBODY, body: { role: 'payload', key: current }, details: {} }
      : {
          kind: 'key.rotated',
          ...NOBODY,
          body: { role: 'payload', key: current, previous: recorded, from: size },
          details: {},
        };
  await store.commit({
    entries: [entry],
    changes: [{ put: 'payload_key', row: { id: 1, name: current } }],
  });
}
