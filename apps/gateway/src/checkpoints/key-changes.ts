// What changes when the keys that speak for the log do: the entry that tells of it, and the manifest that puts it in force,
// in one commit.
import {
  canonicalJson,
  type Digest,
  type EntryDraft,
  type KeyManifest,
  type ManifestRole,
  type NoteSigner,
  signKeyManifest,
  toDigest,
} from '@countersign/audit';
import { calculateJwkThumbprint } from 'jose';
import type { Change } from '../store/types.ts';
import { publicJwkOf } from './key-files.ts';

export interface KeyActor {
  /** Who did it, as the machine knows them. */
  readonly user: string;
  readonly via: 'cli';
}

/** A manifest signed, and the change that puts it in force. Times in milliseconds since the epoch. */
export async function putInForce(
  manifest: KeyManifest,
  root: NoteSigner,
  { createdAt, overlapUntil }: { readonly createdAt: number; readonly overlapUntil: number | null },
): Promise<{ readonly note: string; readonly change: Change }> {
  const note = await signKeyManifest(manifest, root);
  const row = { serial: manifest.serial, note, overlap_until: overlapUntil, created_at: createdAt };
  return { note, change: { insert: 'key_manifests', row } };
}

export async function rotatedEntry(of: {
  readonly role: ManifestRole;
  readonly vkey: string;
  readonly previous: string;
  /** The size from which on the new key speaks. */
  readonly at: number;
  readonly note: string;
  readonly actor: KeyActor;
}): Promise<EntryDraft<'key.rotated'>> {
  const { role, vkey, previous, at, note, actor } = of;
  return {
    kind: 'key.rotated',
    call: null,
    agent: null,
    chain: null,
    body: { role, key: await digestOfKey(vkey), previous: await digestOfKey(previous), from: at },
    details: {
      public: JSON.stringify(await publicJwkOf(vkey)),
      manifest: note,
      actor: canonicalJson({ ...actor }),
    },
  };
}

export async function revokedEntry(of: {
  readonly role: ManifestRole;
  readonly vkey: string;
  readonly after: number;
  readonly reason: string;
  readonly note: string;
  readonly actor: KeyActor;
}): Promise<EntryDraft<'key.revoked'>> {
  const { role, vkey, after, reason, note, actor } = of;
  return {
    kind: 'key.revoked',
    call: null,
    agent: null,
    chain: null,
    body: { role, key: await digestOfKey(vkey), after },
    details: { reason, manifest: note, actor: canonicalJson({ ...actor }) },
  };
}

/** RFC 7638 thumbprint of a note key, as entries name it. */
async function digestOfKey(vkey: string): Promise<Digest> {
  const print = await calculateJwkThumbprint(await publicJwkOf(vkey), 'sha256');
  return toDigest(new Uint8Array(Buffer.from(print, 'base64url')));
}
