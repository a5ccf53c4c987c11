// The checkpoints of a bundle and the keys that may sign them: its own checkpoint, which everything is proven against, and
// those that were held elsewhere, each of which must be a beginning of it. A key manifest counts only where a key that
// the auditor brought signed it.

import { equalBytes, fromHex } from '../bytes.ts';
import type { Checkpoint } from '../checkpoint.ts';
import { type KeyManifest, manifestKeyName, openKeyManifest, parseKeyManifest } from '../keys/manifest.ts';
import { openSpoken } from '../keys/speaking.ts';
import { importNoteVerifier, type NoteVerifier } from '../note-key.ts';
import { verifyConsistency } from '../proof/verify.ts';
import type { Tally } from '../verify/tally.ts';
import type { Level } from '../verify/types.ts';
import type { ConsistencyLine } from './types.ts';

export interface Opened extends Checkpoint {
  readonly signedBy: readonly string[];
}

/**
 * How another checkpoint of the log stands to the bundle's own. `conflict`: two roots for one size; `unproven`: the proof
 * that it is a beginning does not hold; `unknown`: there is none.
 */
export type Standing = 'beginning' | 'conflict' | 'unproven' | 'newer' | 'unknown';

export interface Heads {
  /** Takes the bundle's key manifest. */
  readonly keys: (note: string, origin: string) => Promise<void>;
  /** The newest manifest that a root key of the auditor signed; without any key of theirs, the bundle's own. */
  readonly manifest: () => KeyManifest | undefined;
  /** Keys by which signatures are checked, those of receipts among them. */
  readonly verifiers: () => readonly NoteVerifier[];
  readonly own: () => Opened | null;
  /** Takes the bundle's checkpoint; null where it is refused. */
  readonly open: (note: string, origin: string) => Promise<Opened | null>;
  /** Another checkpoint of the same log, or null where it is none: then that is recorded at `level`. */
  readonly read: (note: string | Uint8Array, level: Level, what: string) => Promise<Opened | null>;
  readonly consistency: (line: ConsistencyLine) => void;
  readonly standing: (other: Checkpoint) => Standing;
}

/**
 * @param given keys that the auditor brought; none: those of the bundle, which prove nothing against its maker.
 * @param brought a key manifest that the auditor brought, opened.
 */
export function createHeads(
  given: readonly NoteVerifier[],
  brought: KeyManifest | undefined,
  tally: Tally,
): Heads {
  let verifiers = given;
  let manifest = brought;
  const proofs = new Map<number, readonly Uint8Array[]>();
  let own: Opened | null = null;

  const read = async (note: string | Uint8Array, level: Level, what: string): Promise<Opened | null> => {
    tally.checked(level);
    const opened = await openSpoken(note, verifiers, manifest);
    if (opened === null) {
      const message = `${what} was signed by a key that had been revoked by then`;
      tally.failed(level, 'checkpoint_signature', null, message);
      return null;
    }
    if (!opened.ok) {
      const { code } = opened.error;
      const isSignature = code === 'signature_invalid' || code === 'signature_missing';
      tally.failed(
        level,
        isSignature ? 'checkpoint_signature' : 'checkpoint_malformed',
        null,
        `${what} cannot be used: ${opened.error.message}`,
      );
      return null;
    }
    const signedBy = 'signedBy' in opened.value ? opened.value.signedBy : [];
    return { ...opened.value, signedBy: (signedBy as readonly NoteVerifier[]).map(({ vkey }) => vkey) };
  };

  return {
    verifiers: () => verifiers,
    manifest: () => manifest,
    keys: async (note, origin) => {
      tally.checked('checkpoints');
      const root = given.find(({ name }) => name === manifestKeyName(origin));
      if (given.length > 0 && root === undefined) return;
      const opened = root === undefined ? parseKeyManifest(note) : await openKeyManifest(note, root.vkey);
      if (!opened.ok || opened.value.origin !== origin) {
        const why = opened.ok ? `it is of the log \`${opened.value.origin}\`` : opened.error.message;
        tally.failed('checkpoints', 'keys_untrusted', null, `the key manifest cannot be used: ${why}`);
        return;
      }
      if (manifest !== undefined && manifest.origin === origin && manifest.serial >= opened.value.serial)
        return;
      manifest = opened.value;
      const listed = await Promise.all(manifest.keys.map(async ({ vkey }) => importNoteVerifier(vkey)));
      verifiers = [...given, ...listed.flatMap((key) => (key.ok ? [key.value] : []))];
    },
    own: () => own,
    read: async (note, level, what) => {
      const other = await read(note, level, what);
      if (other === null || own === null || other.origin === own.origin) return other;
      tally.failed(
        level,
        'checkpoint_origin',
        null,
        `${what} is of the log \`${other.origin}\`, not \`${own.origin}\``,
      );
      return null;
    },
    open: async (note, origin) => {
      const opened = await read(note, 'checkpoints', 'the checkpoint of the bundle');
      if (opened !== null && opened.origin !== origin) {
        const message = `the checkpoint of the bundle is of the log \`${opened.origin}\`, but the bundle says \`${origin}\``;
        tally.failed('checkpoints', 'checkpoint_origin', null, message);
        return null;
      }
      own = opened;
      return own;
    },
    consistency: ({ from, hashes }) => {
      proofs.set(
        from,
        hashes.map((hash) => fromHex(hash) ?? new Uint8Array(0)),
      );
    },
    standing: (other) => {
      if (own === null) return 'unknown';
      if (other.size > own.size) return 'newer';
      if (other.size === own.size) return equalBytes(other.root, own.root) ? 'beginning' : 'conflict';
      const proof = proofs.get(other.size);
      if (proof === undefined && other.size > 0) return 'unknown';
      return verifyConsistency({ older: other, newer: own }, proof ?? []) ? 'beginning' : 'unproven';
    },
  };
}
