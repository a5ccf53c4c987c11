// Timestamps as the verifier of bundles asks for them: against roots that the auditor brings.
import type { TimestampAnswer } from '@countersign/audit';
import { readRoots, verifyTimestamp } from './verify.ts';

/** Checks tokens over notes. Throws a TypeError for a text without certificates in PEM form. */
export function timestampCheck(
  pem: string,
): (token: Uint8Array, note: Uint8Array) => Promise<TimestampAnswer> {
  const roots = readRoots(pem);
  return async (token, note) => {
    const stamp = await verifyTimestamp(token, { message: note, roots, nonce: null });
    if (!stamp.ok) return { ok: false, message: stamp.error };
    const { signer, root, time } = stamp.value;
    return { ok: true, authority: `${signer} (${root})`, time: Math.floor(time / 1000) };
  };
}
