// Certificate and key of a listener that ends TLS, and those who may connect: read from files, and again when these change, so that
// a certificate is renewed without a restart and without a connection that breaks (DESIGN section 10). Files that do not fit
// together are never served: at the start they stop it, later the ones before stay.
import { X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import type { TlsFiles } from './config/tls.ts';
import type { Result } from './errors.ts';
import { every } from './every.ts';
import { StartError } from './start/problem.ts';
import { warn } from './warnings.ts';

/** PEM. */
export interface TlsMaterial {
  readonly cert: Buffer;
  readonly key: Buffer;
  /** Who must have signed the certificate of a client; null where clients need none. */
  readonly ca: Buffer | null;
}

export interface ServedTls {
  current(): TlsMaterial;
  /** Called with what is to be served from now on. Returns how to stop it. */
  onChange(listener: (material: TlsMaterial) => void): () => void;
  /** Looks at the files now; resolves when what they hold is served. */
  look(): Promise<void>;
  close(): void;
}

export const MIN_TLS = 'TLSv1.2';

/** A file that was replaced is seen after this, however it was replaced: links that are swapped send no event. */
const LOOK_MS = 2_000;

/** @param key of the configuration, such as `dataPlane.tls`. Fails with a StartError. */
export async function openTls(key: string, files: NonNullable<TlsFiles>): Promise<ServedTls> {
  const listeners = new Set<(material: TlsMaterial) => void>();
  let stamp = await stampOf(files);
  const first = await read(key, files);
  if (!first.ok) throw new StartError(first.error);
  let served = first.value;
  let told = '';

  async function look(): Promise<void> {
    const now = await stampOf(files);
    if (now === stamp) return;
    const next = await read(key, files);
    if (!next.ok) {
      // In the middle of a renewal, key and certificate are of two pairs for a moment.
      if (told !== next.error && told !== '')
        warn(`${next.error}; the certificate from before is still served`);
      told = next.error;
      return;
    }
    // What was read may be newer than its stamp, and is then read once more.
    stamp = now;
    told = '';
    served = next.value;
    for (const listener of listeners) listener(served);
  }

  const stop = every(LOOK_MS, look);
  return {
    current: () => served,
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    look,
    close: stop,
  };
}

async function read(
  key: string,
  { certFile, keyFile, clientCaFile }: NonNullable<TlsFiles>,
): Promise<Result<TlsMaterial, string>> {
  const failed = (name: string, file: string, why: string): Result<never, string> => ({
    ok: false,
    error: `\`${key}.${name}\` is \`${file}\`: ${why}`,
  });
  const cert = await bytesOf(certFile);
  if (typeof cert === 'string') return failed('certFile', certFile, cert);
  const secret = await bytesOf(keyFile);
  if (typeof secret === 'string') return failed('keyFile', keyFile, secret);
  const ca = clientCaFile === null ? null : await bytesOf(clientCaFile);
  if (typeof ca === 'string') return failed('clientCaFile', clientCaFile ?? '', ca);
  const leaf = certificateIn(cert);
  if (leaf === null)
    return failed('certFile', certFile, 'it holds no certificate: give a PEM file that begins with it');
  try {
    createSecureContext({ cert, key: secret });
  } catch {
    return failed('keyFile', keyFile, `it is not the private key, without a passphrase, of \`${certFile}\``);
  }
  // An authority that cannot be read would otherwise be left out without a word.
  if (ca !== null && certificateIn(ca) === null)
    return failed(
      'clientCaFile',
      clientCaFile ?? '',
      'it holds no certificate: give a PEM file of authorities',
    );
  if (leaf.validToDate.getTime() < Date.now())
    warn(`the certificate in \`${certFile}\` has expired: clients will refuse it`);
  return { ok: true, value: { cert, key: secret, ca } };
}

/** The first one of a PEM file; null where there is none. */
function certificateIn(pem: Buffer): X509Certificate | null {
  try {
    return new X509Certificate(pem);
  } catch {
    return null;
  }
}

/** The bytes, or why there are none. */
async function bytesOf(file: string): Promise<Buffer | string> {
  try {
    return await readFile(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    return `it cannot be read (${code}): give the path of a file that the gateway may read`;
  }
}

/** Changes whenever one of the files is another. */
async function stampOf({ certFile, keyFile, clientCaFile }: NonNullable<TlsFiles>): Promise<string> {
  const files = [certFile, keyFile, ...(clientCaFile === null ? [] : [clientCaFile])];
  const stats = await Promise.all(files.map((file) => stat(file).catch(() => null)));
  return JSON.stringify(
    stats.map((each) => (each === null ? null : [each.ino, each.size, each.mtimeMs, each.ctimeMs])),
  );
}
