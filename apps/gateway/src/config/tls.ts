// Whether a listener ends TLS itself, and with which files.
import type { z } from 'zod';
import { closed, text } from './fields.ts';

const file = (what: string) => text(4096, `the path of ${what}`);

export function tls() {
  return closed({
    certFile: file('a PEM file with the certificate, and those between it and its authority'),
    keyFile: file('a PEM file with the private key of the certificate'),
    clientCaFile: file('a PEM file with the authorities that certificates of clients must come from')
      .nullable()
      .default(null),
  })
    .nullable()
    .default(null);
}

export type TlsFiles = z.infer<ReturnType<typeof tls>>;

/** Paths in it are absolute. */
export function tlsPaths(files: TlsFiles, inFile: (path: string) => string): TlsFiles {
  if (files === null) return null;
  const { certFile, keyFile, clientCaFile } = files;
  return {
    certFile: inFile(certFile),
    keyFile: inFile(keyFile),
    clientCaFile: clientCaFile === null ? null : inFile(clientCaFile),
  };
}
