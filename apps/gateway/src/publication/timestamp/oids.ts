// Object identifiers of RFC 3161 tokens, and those algorithms that a token may be made with: nothing with SHA-1.

export const SHA256 = '2.16.840.1.101.3.4.2.1';
export const SIGNED_DATA = '1.2.840.113549.1.7.2';
export const TST_INFO = '1.2.840.113549.1.9.16.1.4';
export const CONTENT_TYPE = '1.2.840.113549.1.9.3';
/** RFC 5035: which certificate signed, by its digest. */
export const SIGNING_CERTIFICATE = '1.2.840.113549.1.9.16.2.12';
export const SIGNING_CERTIFICATE_V2 = '1.2.840.113549.1.9.16.2.47';
export const EXTENDED_KEY_USAGE = '2.5.29.37';
export const KEY_USAGE_TIMESTAMPING = '1.3.6.1.5.5.7.3.8';

export const DIGESTS: ReadonlyMap<string, 'sha256' | 'sha384' | 'sha512'> = new Map([
  [SHA256, 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
]);

export const SIGNATURES: ReadonlySet<string> = new Set([
  // RSA, whose digest is that of the signer info; RSASSA-PSS; RSA with SHA-256, SHA-384, SHA-512.
  '1.2.840.113549.1.1.1',
  '1.2.840.113549.1.1.10',
  '1.2.840.113549.1.1.11',
  '1.2.840.113549.1.1.12',
  '1.2.840.113549.1.1.13',
  // ECDSA with SHA-256, SHA-384, SHA-512.
  '1.2.840.10045.4.3.2',
  '1.2.840.10045.4.3.3',
  '1.2.840.10045.4.3.4',
]);
