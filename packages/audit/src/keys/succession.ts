// How one key manifest follows another: a key is rotated, or revoked. Pure; what makes the successor count is the root
// key's signature.

import { type KeyManifest, type ManifestKey, type ManifestRole, orderOf } from './manifest.ts';

/** The key of that role that has no end, or null. */
export function currentKey({ keys }: KeyManifest, role: ManifestRole): ManifestKey | null {
  return keys.find((key) => key.role === role && key.to === null) ?? null;
}

/**
 * The manifest after which `vkey` speaks, and the key before it only below size `at`. A checkpoint key speaks from there
 * on; a receipt key of every entry, since receipts of earlier ones are asked for later.
 */
export function withRotatedKey(
  manifest: KeyManifest,
  { role, vkey, at }: Pick<ManifestKey, 'role' | 'vkey'> & { readonly at: number },
): KeyManifest {
  const current = currentKey(manifest, role);
  return next(manifest, [
    ...manifest.keys.map((key) => (key === current ? { ...key, to: at } : key)),
    { role, vkey, from: role === 'receipt' ? 0 : at, to: null, revoked: false },
  ]);
}

/**
 * The manifest after which `vkey` proves nothing of more than `after` entries. Null when it does not name the key, or
 * the key never spoke at a size of `after` or less, or ended there already as revoked.
 */
export function withRevokedKey(
  manifest: KeyManifest,
  { vkey, after }: { readonly vkey: string; readonly after: number },
): KeyManifest | null {
  const key = manifest.keys.find((candidate) => candidate.vkey === vkey);
  if (key === undefined || after < key.from) return null;
  const to = key.to === null ? after + 1 : Math.min(key.to, after + 1);
  if (key.revoked && key.to === to) return null;
  return next(
    manifest,
    manifest.keys.map((candidate) => (candidate === key ? { ...key, to, revoked: true } : candidate)),
  );
}

function next({ origin, serial }: KeyManifest, keys: readonly ManifestKey[]): KeyManifest {
  return { origin, serial: serial + 1, keys: keys.toSorted(orderOf) };
}
