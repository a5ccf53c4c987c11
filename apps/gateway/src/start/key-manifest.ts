// The log's key manifest at a start: the first one is made and signed here; of a later one the node must have the key that
// it names. Nothing is signed by a key that the manifest does not know.
import { currentKey, type KeyManifest, parseKeyManifest } from '@countersign/audit';
import { openRootKey, rootKeyPath, settleKeyFile } from '../checkpoints/key-files.ts';
import { putInForce } from '../checkpoints/key-changes.ts';
import type { Store } from '../store/store.ts';
import type { Change } from '../store/types.ts';
import { orStop, StartError } from './problem.ts';

export interface LogKeys {
  readonly dataDir: string;
  readonly origin: string;
  /** Verifier keys of the checkpoint keys that are here, the one in use first. */
  readonly checkpoint: readonly string[];
  /** That of the receipt key. */
  readonly receipt: string;
}

/** Puts key files where they belong, as the manifest has it: a rotation may have been interrupted, or be over. */
export async function settleLogKeys(
  store: Pick<Store, 'readers'>,
  { dataDir, origin, now }: { readonly dataDir: string; readonly origin: string; readonly now: number },
): Promise<void> {
  const record = await store.readers.keys.manifest();
  const manifest = record === null ? null : parseKeyManifest(record.note);
  if (record === null || manifest?.ok !== true) return;
  const isOverlap = record.overlapUntil !== null && now < record.overlapUntil;
  for (const role of isOverlap ? (['receipt'] as const) : (['receipt', 'checkpoint'] as const)) {
    const current = currentKey(manifest.value, role);
    if (current !== null) await settleKeyFile(dataDir, role, origin, current.vkey);
  }
}

/** The changes that bring the first manifest into force; none where there is one. Throws a StartError. */
export async function openKeyManifest(
  store: Pick<Store, 'readers'>,
  keys: LogKeys,
  now: number,
): Promise<readonly Change[]> {
  const record = await store.readers.keys.manifest();
  if (record === null) return [await firstManifest(keys, now)];
  const manifest = parseKeyManifest(record.note);
  if (!manifest.ok) throw new StartError(`the stored key manifest is damaged: ${manifest.error.message}`);
  requireKeys(manifest.value, keys);
  return [];
}

async function firstManifest({ dataDir, origin, checkpoint, receipt }: LogKeys, now: number) {
  const root = orStop(await openRootKey(rootKeyPath(dataDir), origin, true));
  const line = { from: 0, to: null, revoked: false };
  const manifest: KeyManifest = {
    origin,
    serial: 1,
    keys: [
      { role: 'checkpoint', vkey: checkpoint[0] ?? '', ...line },
      { role: 'receipt', vkey: receipt, ...line },
    ],
  };
  return (await putInForce(manifest, root.signer, { createdAt: now, overlapUntil: null })).change;
}

function requireKeys(manifest: KeyManifest, { dataDir, checkpoint, receipt }: LogKeys): void {
  const [signing, promising] = [currentKey(manifest, 'checkpoint'), currentKey(manifest, 'receipt')];
  if (signing === null || !checkpoint.includes(signing.vkey)) {
    throw new StartError(
      signing === null
        ? 'no key may sign the log’s checkpoints any more: give it one with `countersign keys rotate`'
        : `the checkpoint key \`${signing.vkey}\` is not in \`${dataDir}/keys\`: put it back, or take its place with \`countersign keys revoke\``,
    );
  }
  if (promising?.vkey === receipt) return;
  throw new StartError(
    `the receipt key \`${receipt}\` is not the one of the log’s key manifest: put that one back, or take its place with \`countersign keys rotate --role receipt\``,
  );
}
