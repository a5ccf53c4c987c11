// The key that signs receipts: a C2SP note key of its own, `<origin>/receipts`, so that nothing it signs can pass for a
// checkpoint, and a receipt is signed on the thread that answers the caller. Made at the first start of a log.
import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import {
  generateNoteKey,
  importNoteSigner,
  importNoteVerifier,
  type NoteSigner,
  receiptKeyName,
  toHex,
} from '@countersign/audit';
import type { JWK } from 'jose';
import { ok, type Result } from '../errors.ts';
import { keyFolder, openSecretFile } from '../identity/secret-file.ts';

export interface ReceiptKey {
  readonly signer: NoteSigner;
  readonly publicJwk: JWK;
  /** Whether it was made just now: then `key.created` goes into the log. */
  readonly isNew: boolean;
}

/** The key at `<data>/keys/receipt.skey`, in C2SP text form. The error says how to fix it. */
export async function openReceiptKey(dataDir: string, origin: string): Promise<Result<ReceiptKey, string>> {
  const path = join(keyFolder(dataDir), 'receipt.skey');
  const name = receiptKeyName(origin);
  const make = async () => (await generateNoteKey(name)).skey;
  const before = await openSecretFile(path, make);
  if (!before.ok) return before;
  const earlier = await importNoteSigner(before.value.text.trim());
  if (!earlier.ok) return damaged(path);
  if (earlier.value.name === name) return keyIn(before.value, path);
  // The log goes on under a new origin: what the earlier one promised stays what its own key signed.
  const aside = path.replace(/\.skey$/, `-${toHex(earlier.value.keyHash)}.skey`);
  await rename(path, aside);
  const made = await openSecretFile(path, make);
  return made.ok ? keyIn(made.value, path) : made;
}

async function keyIn(
  file: { readonly text: string; readonly isNew: boolean },
  path: string,
): Promise<Result<ReceiptKey, string>> {
  const skey = file.text.trim();
  const signer = await importNoteSigner(skey);
  const verifier = signer.ok ? await importNoteVerifier(signer.value.vkey) : signer;
  const secret = signer.ok && verifier.ok ? secretIn(skey, verifier.value.publicKey) : null;
  if (!signer.ok || !verifier.ok || secret === null) return damaged(path);
  const x = Buffer.from(verifier.value.publicKey).toString('base64url');
  return ok({
    // WHY not WebCrypto's: it takes twice the time for each, most of it on the way to another thread and back.
    signer: { ...signer.value, sign: (message) => Promise.resolve(sign(null, message, secret)) },
    publicJwk: { kty: 'OKP', crv: 'Ed25519', x, alg: 'EdDSA', use: 'sig' },
    isNew: file.isNew,
  });
}

function secretIn(skey: string, publicKey: Uint8Array): KeyObject | null {
  const encoded = /^PRIVATE\+KEY\+[^+]+\+[0-9a-f]{8}\+(.+)$/.exec(skey)?.[1];
  if (encoded === undefined) return null;
  const seed = Buffer.from(encoded, 'base64').subarray(1);
  const x = Buffer.from(publicKey).toString('base64url');
  const key = { kty: 'OKP', crv: 'Ed25519', x, d: seed.toString('base64url') };
  return createPrivateKey({ key, format: 'jwk' });
}

function damaged(path: string): Result<never, string> {
  return { ok: false, error: `the key file \`${path}\` is damaged: put back the original` };
}
