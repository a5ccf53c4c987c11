// The key that wraps all others: 32 bytes in base64url, from a file that nobody else can read or from the environment.
// Never written anywhere but to the file that the gateway makes at its first start, never in an error.
import { createHash, type KeyObject } from 'node:crypto';
import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { KEY_BYTES, secretKey } from './cipher.ts';
import type { PayloadPlace } from './place.ts';

export type Source = PayloadPlace['payloadKey'];

export interface PayloadKey {
  readonly secret: KeyObject;
  /** SHA-256 over a domain and the key, in hex: what entries and the key store call it by. */
  readonly name: string;
}

export const describeSource = (source: Source): string =>
  'file' in source ? `the file \`${source.file}\`` : `the environment variable \`${source.env}\``;

/** The text of the key, or why there is none: a sentence that says how to fix it. */
export function readPayloadKey(source: Source): PayloadKey | { readonly problem: string } {
  const where = describeSource(source);
  if ('env' in source) {
    const text = process.env[source.env];
    return text === undefined ? { problem: `${where} is not set` } : parse(text, where);
  }
  try {
    if (!existsSync(source.file)) return { problem: `${where} is not there` };
    if ((lstatSync(source.file).mode & 0o077) !== 0)
      return {
        problem: `${where} can be read by others: run \`chmod 600\` on it, and consider the key known`,
      };
    return parse(readFileSync(source.file, 'utf8'), where);
  } catch (fault) {
    const code = fault instanceof Error && 'code' in fault ? String(fault.code) : 'unknown error';
    return { problem: `${where} cannot be read (${code})` };
  }
}

function parse(text: string, where: string): PayloadKey | { readonly problem: string } {
  const bytes = Buffer.from(text.trim(), 'base64url');
  if (bytes.length !== KEY_BYTES || bytes.toString('base64url') !== text.trim().replace(/=+$/, ''))
    return {
      problem: `${where} does not hold 32 bytes in base64url: \`openssl rand -base64 32 | tr '+/' '-_'\` makes such a key`,
    };
  return payloadKeyOf(bytes);
}

export function payloadKeyOf(bytes: Uint8Array): PayloadKey {
  const name = createHash('sha256').update('countersign/payload-key-name/1\0').update(bytes).digest('hex');
  return { secret: secretKey(bytes), name };
}
