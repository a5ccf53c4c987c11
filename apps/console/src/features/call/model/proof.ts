// Checks, in this browser and by the code that the command line runs, that an entry stands in the signed log: its header
// hashes to its leaf, the leaf leads to the root of a checkpoint, and the log's key signed that. Total: what cannot be
// checked is a verdict, too.
import {
  checkpointKeysAt,
  fromHex,
  importNoteVerifier,
  leafHash,
  openCheckpoint,
  parseCheckpoint,
  parseEntry,
  parseKeyManifest,
  toHex,
  utf8,
  verifyInclusion,
  type NoteVerifier,
} from '@countersign/audit';
import type { CallDetail } from '../../../api/types.ts';

export type Verdict = 'good' | 'bad' | 'unknown';

export interface EntryCheck {
  readonly index: number;
  /** The header that is shown hashes to the leaf, and says that it stands there. */
  readonly header: Verdict;
  /** The leaf is in the tree with the root of the checkpoint; unknown where there is no proof yet. */
  readonly inclusion: Verdict;
}

export interface CheckpointCheck {
  readonly size: number;
  readonly origin: string;
  readonly note: string;
  /** By a key that the gateway names; unknown where this browser, or an insecure address, cannot tell. */
  readonly signature: Verdict;
  readonly signedBy: readonly string[];
}

export function checkHeader({ index, leaf, header }: CallDetail['entries'][number]): Verdict {
  const bytes = utf8(header);
  const parsed = parseEntry(bytes);
  return parsed.ok && parsed.value.index === index && toHex(leafHash(bytes)) === leaf ? 'good' : 'bad';
}

/** Only what `entry` and the signed note themselves say is used of the proof: not its own word for leaf and root. */
export function checkInclusion(
  entry: CallDetail['entries'][number],
  proof: { readonly proof: readonly string[]; readonly checkpoint: string | null },
): Verdict {
  if (proof.checkpoint === null) return 'unknown';
  const checkpoint = parseCheckpoint(proof.checkpoint);
  const leaf = fromHex(entry.leaf);
  const hashes = proof.proof.map(fromHex).filter((hash) => hash !== null);
  if (!checkpoint.ok || leaf === null || hashes.length !== proof.proof.length) return 'bad';
  const { size, root } = checkpoint.value;
  return verifyInclusion({ index: entry.index, leaf, size, root }, hashes) ? 'good' : 'bad';
}

/** `manifest` is the gateway's own list of the keys that speak for its log; null where it has none. */
export async function checkCheckpoint(
  note: string,
  manifest: string | null,
): Promise<CheckpointCheck | null> {
  const parsed = parseCheckpoint(note);
  if (!parsed.ok) return null;
  const { size, origin } = parsed.value;
  const unknown = { size, origin, note, signature: 'unknown', signedBy: [] } as const;
  const verifiers = manifest === null ? [] : await verifiersAt(manifest, size);
  if (verifiers.length === 0) return unknown;
  const opened = await openCheckpoint(note, verifiers);
  return opened.ok
    ? { ...unknown, signature: 'good', signedBy: opened.value.signedBy.map(({ vkey }) => vkey) }
    : { ...unknown, signature: 'bad' };
}

async function verifiersAt(note: string, size: number): Promise<readonly NoteVerifier[]> {
  const manifest = parseKeyManifest(note);
  if (!manifest.ok) return [];
  const keys = checkpointKeysAt(manifest.value, size).map(({ vkey }) => vkey);
  // Without a secure context there is no WebCrypto; without Ed25519 in it, no key.
  const imported = await Promise.all(keys.map((vkey) => importNoteVerifier(vkey)));
  return imported.flatMap((key) => (key.ok ? [key.value] : []));
}

/** One word for all that was checked. */
export function overall(entries: readonly EntryCheck[], checkpoint: CheckpointCheck | null): Verdict {
  const verdicts = [
    ...entries.flatMap(({ header, inclusion }) => [header, inclusion]),
    checkpoint?.signature ?? 'unknown',
  ];
  if (verdicts.includes('bad')) return 'bad';
  return verdicts.includes('unknown') ? 'unknown' : 'good';
}
