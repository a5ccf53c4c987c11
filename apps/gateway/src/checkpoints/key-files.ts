// The secret keys that speak for the log, as files under `<data>/keys`: `<role>.skey` is the one in use, and beside it lies
// its successor, as `<role>-<hash>.skey`, while the first is still needed. Which is which the key manifest says.
import { existsSync } from 'node:fs';
import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import {
  generateNoteKey,
  importNoteSigner,
  importNoteVerifier,
  manifestKeyName,
  type ManifestRole,
  type NoteSigner,
  receiptKeyName,
  toHex,
} from '@countersign/audit';
import { ok, type Result } from '../errors.ts';
import { keyFolder, openSecretFile } from '../identity/secret-file.ts';

export interface KeyFile {
  readonly path: string;
  /** Secret. */
  readonly skey: string;
  readonly signer: NoteSigner;
}

function keyNameOf(role: ManifestRole, origin: string): string {
  return role === 'receipt' ? receiptKeyName(origin) : origin;
}

/** The keys of that role and log which are here, the one in use first. None is made. */
export async function keyFiles(
  dataDir: string,
  role: ManifestRole,
  origin: string,
): Promise<Result<readonly KeyFile[], string>> {
  const folder = keyFolder(dataDir);
  const pattern = new RegExp(`^${role}(-[0-9a-f]{8})?\\.skey$`);
  const found: KeyFile[] = [];
  for (const name of (await readdir(folder).catch(() => []))
    .filter((file) => pattern.test(file))
    .sort(byUse)) {
    const file = await readKeyFile(join(folder, name));
    if (!file.ok) return file;
    if (file.value.signer.name === keyNameOf(role, origin)) found.push(file.value);
  }
  return ok(found);
}

/** A new key for that role, in a file of its own: it is in use once a manifest names it. */
export async function makeKeyFile(
  dataDir: string,
  role: ManifestRole,
  origin: string,
): Promise<Result<KeyFile, string>> {
  const { skey, vkey } = await generateNoteKey(keyNameOf(role, origin));
  const hash = /\+([0-9a-f]{8})\+/.exec(vkey)?.[1] ?? '';
  return readKeyFile(join(keyFolder(dataDir), `${role}-${hash}.skey`), skey);
}

/**
 * Puts the key in use where it belongs, over the one that is no longer needed, whose secret ends with that. Does nothing
 * where it is there already, or not here at all.
 */
export async function settleKeyFile(dataDir: string, role: ManifestRole, origin: string, vkey: string) {
  const files = await keyFiles(dataDir, role, origin);
  const current = files.ok ? files.value.find(({ signer }) => signer.vkey === vkey) : undefined;
  const place = join(keyFolder(dataDir), `${role}.skey`);
  if (current !== undefined && current.path !== place) await rename(current.path, place);
}

/** Where the root key lies unless its owner took it away, which is what it is for. */
export function rootKeyPath(dataDir: string): string {
  return join(keyFolder(dataDir), 'root.skey');
}

/** The root key of a log. `mayMake`: where there is none, one is made; one of another log is put aside. */
export async function openRootKey(
  path: string,
  origin: string,
  mayMake: boolean,
): Promise<Result<KeyFile, string>> {
  const name = manifestKeyName(origin);
  if (!mayMake && !existsSync(path))
    return { ok: false, error: `the root key is not in \`${path}\`: say with \`--root\` where it is kept` };
  const make = mayMake ? (await generateNoteKey(name)).skey : undefined;
  const file = await readKeyFile(path, make);
  if (!file.ok || file.value.signer.name === name) return file;
  if (make === undefined) {
    return {
      ok: false,
      error: `the root key in \`${path}\` is \`${file.value.signer.name}\`, not \`${name}\``,
    };
  }
  await rename(path, path.replace(/(\.skey)?$/, `-${toHex(file.value.signer.keyHash)}.skey`));
  return readKeyFile(path, make);
}

/** The public half of a note key as a JWK, as entries about keys name it. */
export async function publicJwkOf(vkey: string): Promise<{ kty: 'OKP'; crv: 'Ed25519'; x: string }> {
  const verifier = await importNoteVerifier(vkey);
  if (!verifier.ok) throw new TypeError(verifier.error.message);
  return { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(verifier.value.publicKey).toString('base64url') };
}

async function readKeyFile(path: string, make?: string): Promise<Result<KeyFile, string>> {
  const file = await openSecretFile(path, async () => {
    if (make === undefined) throw Object.assign(new Error('absent'), { code: 'ENOENT' });
    return make;
  });
  if (!file.ok) return file;
  const skey = file.value.text.trim();
  const signer = await importNoteSigner(skey);
  return signer.ok
    ? ok({ path, skey, signer: signer.value })
    : { ok: false, error: `the key file \`${path}\` is damaged: put back the original` };
}

/** `checkpoint.skey` before `checkpoint-….skey`. */
function byUse(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : 1);
}
