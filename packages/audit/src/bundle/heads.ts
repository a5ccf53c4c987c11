// The checkpoints of a bundle: its own, which everything is proven against, and those that were held elsewhere, each of
// which must be a beginning of it.

import { equalBytes, fromHex } from '../bytes.ts';
import { type Checkpoint, openCheckpoint, parseCheckpoint } from '../checkpoint.ts';
import type { NoteVerifier } from '../note-key.ts';
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
  readonly own: () => Opened | null;
  /** Takes the bundle's checkpoint; null where it is refused. */
  readonly open: (note: string, origin: string) => Promise<Opened | null>;
  /** Another checkpoint of the same log, or null where it is none: then that is recorded at `level`. */
  readonly read: (note: string | Uint8Array, level: Level, what: string) => Promise<Opened | null>;
  readonly consistency: (line: ConsistencyLine) => void;
  readonly standing: (other: Checkpoint) => Standing;
}

export function createHeads(verifiers: readonly NoteVerifier[], tally: Tally): Heads {
  const proofs = new Map<number, readonly Uint8Array[]>();
  let own: Opened | null = null;

  const read = async (note: string | Uint8Array, level: Level, what: string): Promise<Opened | null> => {
    tally.checked(level);
    const opened = verifiers.length > 0 ? await openCheckpoint(note, verifiers) : parseCheckpoint(note);
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
