// What witness and submitter must agree on to the byte (C2SP tlog-witness): the body of a submission, the path under which
// a witness shows what it holds, and the answer that carries a size.
import { createHash } from 'node:crypto';
import type { Bytes } from '@countersign/audit';

/** A consistency proof of a tree of 2^63 leaves; the specification's bound. */
export const MAX_PROOF_LINES = 63;
/** The longest note and the longest proof, and room for the first line. */
export const MAX_SUBMISSION_BYTES = 65_536 + 4096;
export const SIZE_TYPE = 'text/x.tlog.size';

export function submissionBody(old: number, proof: readonly Uint8Array[], note: string): string {
  const lines = proof.map((hash) => `${Buffer.from(hash).toString('base64')}\n`);
  return `old ${old}\n${lines.join('')}\n${note}`;
}

/** Lowercase hex of SHA-256 of the origin, without a newline. */
export function originHash(origin: string): string {
  return createHash('sha256').update(origin).digest('hex');
}

/** The 32 bytes of canonical base64, or null. */
export function decodeHash(line: string): Bytes | null {
  const bytes = Buffer.from(line, 'base64');
  return bytes.length === 32 && bytes.toString('base64') === line ? new Uint8Array(bytes) : null;
}

/** The size in the body of a 409, or null. */
export function parseSizeBody(body: string): number | null {
  const digits = /^(0|[1-9][0-9]{0,15})\n$/.exec(body)?.[1];
  return digits !== undefined && Number.isSafeInteger(Number(digits)) ? Number(digits) : null;
}
