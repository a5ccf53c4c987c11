// Whether a key manifest may be older than the newest one of its log. A root key's signature does not age: an old manifest,
// put back, hides a revocation, and only a serial that the auditor keeps or the log's own entries tell.

import { toBase64 } from '../bytes.ts';
import { canonicalJson } from '../canonical.ts';
import type { EntryHeader } from '../entry/types.ts';
import { NOTE_KEY, readPublicKey } from '../key-text.ts';
import { type Digest, digestOf } from '../sha256.ts';
import type { Trust } from '../trust/types.ts';
import type { KeyManifest, ManifestKey } from './manifest.ts';

/** The least serial that the auditor's policy takes of a log's manifests; null where it says nothing. */
export function pinnedSerial(trust: Trust | null | undefined, origin: string): number | null {
  return trust?.manifests.find((pinned) => pinned.origin === origin)?.serial ?? null;
}

/** Why the policy refuses this manifest, or that there is none; null where it does not. */
export function belowPin(
  manifest: KeyManifest | null | undefined,
  trust: Trust | null | undefined,
  origin: string,
): string | null {
  const pinned = pinnedSerial(trust, origin);
  if (pinned === null || (manifest?.serial ?? 0) >= pinned) return null;
  const what =
    manifest == null ? 'there is no key manifest' : `the key manifest has serial ${manifest.serial}`;
  return `${what}, and the trust policy takes none of \`${origin}\` below ${pinned}: an older one may hide a revocation; get the newest`;
}

/** What the log itself tells of a key that signs for it. */
export type KeyEntry = EntryHeader<'key.rotated' | 'key.revoked'>;

export function isKeyEntry(entry: EntryHeader): entry is KeyEntry {
  if (entry.kind !== 'key.rotated' && entry.kind !== 'key.revoked') return false;
  return entry.body.role === 'checkpoint' || entry.body.role === 'receipt';
}

/** Whether a manifest says what an entry of its log tells, as the newest one and all between them do. */
export function knowsOf(manifest: KeyManifest, { kind, body }: KeyEntry): boolean {
  const named = (digest: Digest): ManifestKey | undefined =>
    manifest.keys.find(({ vkey }) => digestOfKey(vkey) === digest);
  const key = named(body.key);
  if (key?.role !== body.role) return false;
  if (kind === 'key.revoked') return key.revoked && key.to !== null && key.to <= body.after + 1;
  const before = named(body.previous);
  if (key.from !== body.from || before === undefined || before.to === null) return false;
  // Receipts of earlier entries are signed later: a receipt key begins at 0, wherever the one before it ends.
  return body.role === 'receipt' || before.to <= body.from;
}

/** How entries name a note key: its RFC 7638 thumbprint. Null for a text that is none. */
export function digestOfKey(vkey: string): Digest | null {
  const key = readPublicKey(NOTE_KEY, vkey);
  if (key === null) return null;
  const x = toBase64(key.publicKey).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  return digestOf(canonicalJson({ crv: 'Ed25519', kty: 'OKP', x }));
}
