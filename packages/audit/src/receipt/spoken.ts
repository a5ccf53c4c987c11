// Opens receipts by the keys that speak for the log at their place (docs/log-format.md, "Keys"). What a revoked key signed
// must never pass for the log's word, nor for a proof against the log: it may be the thief's.

import { type KeyManifest, receiptKeysAt } from '../keys/manifest.ts';
import type { NoteVerifier } from '../note-key.ts';
import { fail, ok, type Result } from '../result.ts';
import { type OpenedReceipt, openReceipt } from './receipt.ts';

/**
 * - `speaks`: the key speaks for the log at this place.
 * - `revoked_since`: it did, and was revoked for later ones: whoever stole it could have signed this as well.
 * - `revoked`: what it signed of this place proves nothing.
 */
export type ReceiptStanding = 'speaks' | 'revoked_since' | 'revoked';

export interface SpokenReceipt extends OpenedReceipt {
  readonly standing: ReceiptStanding;
}

/** The receipt in a note. Without a manifest, or with that of another log, every given key speaks at all. */
export async function openSpokenReceipt(
  note: Uint8Array | string,
  verifiers: readonly NoteVerifier[],
  manifest: KeyManifest | undefined,
): Promise<Result<SpokenReceipt>> {
  const opened = await openReceipt(note, verifiers);
  if (!opened.ok) return opened;
  const { signedBy, index, origin } = opened.value;
  if (manifest === undefined || manifest.origin !== origin)
    return ok({ ...opened.value, standing: 'speaks' });
  const by = new Set(signedBy.map(({ vkey }) => vkey));
  const speaking = receiptKeysAt(manifest, index).filter(({ vkey }) => by.has(vkey));
  if (speaking.length > 0) {
    const isRevoked = speaking.every(({ revoked }) => revoked);
    return ok({ ...opened.value, standing: isRevoked ? 'revoked_since' : 'speaks' });
  }
  if (manifest.keys.some(({ role, revoked, vkey }) => role === 'receipt' && revoked && by.has(vkey)))
    return ok({ ...opened.value, standing: 'revoked' });
  return fail(
    'signature_missing',
    `no receipt key that speaks for the log \`${origin}\` at entry ${index} signed this receipt, by its key manifest ${manifest.serial}`,
  );
}
