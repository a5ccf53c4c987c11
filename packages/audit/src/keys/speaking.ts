// Opens checkpoints by the keys that speak for the log at their size. Without a manifest every given key speaks at all.

import { type Checkpoint, openCheckpoint, parseCheckpoint } from '../checkpoint.ts';
import type { NoteVerifier } from '../note-key.ts';
import type { Result } from '../result.ts';
import { checkpointKeysAt, type KeyManifest } from './manifest.ts';

/**
 * The checkpoint in a note, by `verifiers` (none: signatures are not looked at). Null for one that only a revoked key
 * signed, at a size at which it proves nothing any more: as if it were not there.
 */
export async function openSpoken(
  note: string | Uint8Array,
  verifiers: readonly NoteVerifier[],
  manifest: KeyManifest | undefined,
): Promise<Result<Checkpoint> | null> {
  if (verifiers.length === 0) return parseCheckpoint(note);
  const parsed = parseCheckpoint(note);
  if (manifest === undefined || !parsed.ok) return openCheckpoint(note, verifiers);
  const speaking = new Set(checkpointKeysAt(manifest, parsed.value.size).map(({ vkey }) => vkey));
  const opened = await openCheckpoint(
    note,
    verifiers.filter(({ vkey }) => speaking.has(vkey)),
  );
  if (opened.ok || opened.error.code !== 'signature_missing') return opened;
  const { size } = parsed.value;
  const revoked = new Set(
    manifest.keys.filter((key) => key.revoked && key.from <= size).map(({ vkey }) => vkey),
  );
  const disowned = await openCheckpoint(
    note,
    verifiers.filter(({ vkey }) => revoked.has(vkey)),
  );
  return disowned.ok ? null : opened;
}
