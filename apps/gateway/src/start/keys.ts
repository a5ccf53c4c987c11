// The node's own keys, all under `<data>/keys`, each made at the first start.
import type { EntryDraft } from '@countersign/audit';
import {
  type CheckpointKey,
  keyCreated,
  openCheckpointKey,
  openSigningKey,
  type SigningKey,
} from '../identity/keys.ts';
import { keyFiles } from '../checkpoints/key-files.ts';
import { openRandomSecret } from '../identity/secret-file.ts';
import { orStop } from './problem.ts';

export interface NodeKeys {
  readonly checkpoint: CheckpointKey;
  /** Checkpoint keys that came after it, by rotation; secret. */
  readonly laterCheckpoint: readonly string[];
  /** Verifier keys of all of them. */
  readonly checkpointVkeys: readonly string[];
  readonly callToken: SigningKey;
  readonly card: SigningKey;
  readonly push: SigningKey;
  /** Keys the call digest of approvals. */
  readonly digest: Uint8Array;
  /** Seals what passes through clients. */
  readonly requestState: Uint8Array;
  /** Entries that tell of the keys that were made just now. */
  readonly created: readonly EntryDraft<'key.created'>[];
}

export async function openNodeKeys(dataDir: string, origin: string): Promise<NodeKeys> {
  const checkpoint = orStop(await openCheckpointKey(dataDir, origin));
  const files = orStop(await keyFiles(dataDir, 'checkpoint', origin));
  const callToken = orStop(await openSigningKey(dataDir, 'call_token'));
  const card = orStop(await openSigningKey(dataDir, 'card'));
  const push = orStop(await openSigningKey(dataDir, 'push'));
  const digest = orStop(await openRandomSecret(dataDir, 'call-digest'));
  const requestState = orStop(await openRandomSecret(dataDir, 'request-state'));
  const made = [
    checkpoint.isNew ? [keyCreated('checkpoint', checkpoint.publicJwk)] : [],
    callToken.isNew ? [keyCreated('call_token', callToken.publicJwk)] : [],
    card.isNew ? [keyCreated('card', card.publicJwk)] : [],
    push.isNew ? [keyCreated('push', push.publicJwk)] : [],
  ].flat();
  return {
    checkpoint,
    laterCheckpoint: files.slice(1).map(({ skey }) => skey),
    checkpointVkeys: files.map(({ signer }) => signer.vkey),
    callToken,
    card,
    push,
    digest,
    requestState,
    created: await Promise.all(made),
  };
}
