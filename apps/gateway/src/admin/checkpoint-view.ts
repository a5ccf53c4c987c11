// A checkpoint with who signed it. What stands under a stored note was verified before it was stored; here it is only told.
import { parseNote, toHex } from '@countersign/audit';
import type { z } from '@hono/zod-openapi';
import type { CheckpointRecord } from '../store/readers/log.ts';
import type { AdminDeps } from './deps.ts';
import type { Checkpoint } from './schemas/log.ts';
import { isoTime, isoTimeOfEntry } from './view.ts';

type View = z.infer<typeof Checkpoint>;

/** Time and signature of a C2SP cosignature. */
const COSIGNATURE_BYTES = 72;

export async function checkpointView(
  { size, root, note: own, time }: CheckpointRecord,
  { readers, publication }: Pick<AdminDeps, 'readers' | 'publication'>,
  origin: string,
): Promise<View> {
  const cosigned = await readers.publications.cosigned(size);
  const note = cosigned?.note ?? own;
  const parsed = parseNote(note);
  const signatures = parsed.ok ? parsed.value.signatures : [];
  const isWitness = (name: string, key: string): boolean =>
    publication.trust()?.witnesses.some(({ verifier }) => verifier.vkey.startsWith(`${name}+${key}+`)) ??
    false;
  return {
    size,
    root,
    note,
    time: isoTimeOfEntry(time),
    signatures: signatures.map(({ name, keyHash, signature }) => {
      const key = toHex(keyHash);
      if (name === origin) return { name, key, by: 'log' as const, at: null };
      const at = signature.length === COSIGNATURE_BYTES ? cosignedAt(signature) : null;
      return { name, key, by: isWitness(name, key) ? ('witness' as const) : ('other' as const), at };
    }),
    isQuorumMet: cosigned?.isQuorumMet ?? false,
  };
}

function cosignedAt(signature: Uint8Array): string | null {
  const seconds = Number(new DataView(signature.buffer, signature.byteOffset).getBigUint64(0));
  return seconds <= 8_640_000_000_000 ? isoTime(seconds * 1000) : null;
}
