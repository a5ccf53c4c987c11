// The text form of an inclusion proof with its checkpoint: C2SP tlog-proof, version 1. Whoever has the entry, this text and
// the log's key needs nothing else. Strict: one text for one proof.

import { type Bytes, fromBase64, toBase64 } from '../bytes.ts';
import { type OpenedCheckpoint, openCheckpoint, parseCheckpoint } from '../checkpoint.ts';
import type { NoteVerifier } from '../note-key.ts';
import { fail, ok, type Result } from '../result.ts';
import { verifyInclusion } from './verify.ts';

const FIRST_LINE = 'c2sp.org/tlog-proof@v1';
const HASH_BYTES = 32;
const MAX_HASHES = 63;
const NUMBER = /^(0|[1-9][0-9]{0,15})$/;

export interface TlogProof {
  readonly index: number;
  /** From the sibling of the leaf to the child of the root. */
  readonly hashes: readonly Uint8Array[];
  /** The signed note. */
  readonly checkpoint: string;
  /** Authenticated by nothing; null when there is none. */
  readonly extra: Uint8Array | null;
}

/** The proof as text; `.tlog-proof` is the extension of its file. */
export function formatTlogProof({ index, hashes, checkpoint, extra }: TlogProof): string {
  const lines = [
    FIRST_LINE,
    ...(extra === null ? [] : [`extra ${toBase64(extra)}`]),
    `index ${index}`,
    ...hashes.map(toBase64),
  ];
  return `${lines.join('\n')}\n\n${checkpoint}`;
}

/** The proof in a text that `formatTlogProof`, or another C2SP implementation, wrote; nothing of it is verified. */
export function parseTlogProof(text: string): Result<TlogProof> {
  const split = text.indexOf('\n\n');
  if (split < 0) return malformed('has no blank line before its checkpoint');
  const [first, ...lines] = text.slice(0, split).split('\n');
  if (first !== FIRST_LINE) return malformed(`does not begin with \`${FIRST_LINE}\``);
  const extra = lines[0]?.startsWith('extra ') === true ? fromBase64((lines.shift() ?? '').slice(6)) : null;
  if (extra === null && text.startsWith(`${FIRST_LINE}\nextra `))
    return malformed('has extra data that is no base64');
  const line = lines.shift() ?? '';
  const index = line.startsWith('index ') && NUMBER.test(line.slice(6)) ? Number(line.slice(6)) : Number.NaN;
  if (!Number.isSafeInteger(index)) return malformed('does not say the index of its entry');
  const hashes: Bytes[] = [];
  for (const each of lines) {
    const hash = fromBase64(each);
    if (hash === null || hash.length !== HASH_BYTES || hashes.length === MAX_HASHES)
      return malformed('has a line that is no hash, or too many');
    hashes.push(hash);
  }
  const checkpoint = text.slice(split + 2);
  const parsed = parseCheckpoint(checkpoint);
  return parsed.ok ? ok({ index, hashes, checkpoint, extra }) : parsed;
}

/** The checkpoint that covers the entry with this leaf hash, if one of `verifiers` signed it and the proof leads there. */
export async function openTlogProof(
  text: string,
  leaf: Uint8Array,
  verifiers: readonly NoteVerifier[],
): Promise<Result<{ readonly index: number; readonly checkpoint: OpenedCheckpoint }>> {
  const parsed = parseTlogProof(text);
  if (!parsed.ok) return parsed;
  const { index, hashes, checkpoint: note } = parsed.value;
  const checkpoint = await openCheckpoint(note, verifiers);
  if (!checkpoint.ok) return checkpoint;
  const { size, root } = checkpoint.value;
  return verifyInclusion({ index, leaf, size, root }, hashes)
    ? ok({ index, checkpoint: checkpoint.value })
    : fail('proof_invalid', `the proof does not lead from this entry to the checkpoint of ${size} entries`);
}

function malformed(what: string): Result<never> {
  return fail('proof_malformed', `the proof ${what}`);
}
