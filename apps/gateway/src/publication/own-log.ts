// What this log can say of itself when somebody shows it a checkpoint: whether it signed it, and whether it still is what
// that checkpoint says.
import {
  appendSubtree,
  type CompactRange,
  EMPTY_RANGE,
  equalBytes,
  nodesOf,
  type NoteVerifier,
  openCheckpoint,
  openNote,
  parseNote,
  proveConsistency,
  rangeRoot,
  type ReadNode,
} from '@countersign/audit';
import type { SignedHead } from './types.ts';

export interface OwnLog {
  readonly origin: string;
  /** The proof that the log of `older` entries is a beginning of that of `newer`. */
  prove(older: number, newer: number): Promise<readonly Uint8Array[]>;
  /** What a note from elsewhere means. */
  judge(note: string): Promise<Judgement>;
}

export type Judgement =
  /** This log never signed it: it says nothing. */
  | { readonly is: 'foreign' }
  /** Signed, and the log extends it. `head` is without what others signed. */
  | { readonly is: 'ours'; readonly head: SignedHead }
  /** Signed, and the log is not what it was then. */
  | { readonly is: 'contradiction'; readonly message: string };

export function createOwnLog(parts: {
  readonly origin: string;
  /** Every key that ever signed checkpoints of this log. */
  readonly keys: readonly NoteVerifier[];
  /** From which size on what a revoked key signed proves nothing, by its verifier key. */
  readonly revoked?: ReadonlyMap<string, number>;
  readonly node: ReadNode;
  /** Number of entries in the log now. */
  readonly size: () => number;
}): OwnLog {
  const { origin, keys, revoked = new Map<string, number>(), node, size } = parts;
  const rootAt = async (at: number): Promise<Uint8Array> => {
    let range: CompactRange = EMPTY_RANGE;
    for (const place of nodesOf({ from: 0, to: at }))
      range = appendSubtree(range, place.level, await node(place));
    return rangeRoot(range);
  };
  return {
    origin,
    prove: async (older, newer) => proveConsistency(older, newer, node),
    async judge(note) {
      const opened = await openCheckpoint(note, keys);
      if (!opened.ok || opened.value.origin !== origin) return { is: 'foreign' };
      const { size: held, root, signedBy } = opened.value;
      // SECURITY: whoever stole a key that was revoked could otherwise bring this log into contradiction, and to a stop.
      if (signedBy.every(({ vkey }) => held >= (revoked.get(vkey) ?? Number.POSITIVE_INFINITY)))
        return { is: 'foreign' };
      if (held > size()) {
        return {
          is: 'contradiction',
          message: `this log signed a checkpoint of ${held} entries, and has only ${size()}: it was put back from an older copy`,
        };
      }
      if (!equalBytes(await rootAt(held), root)) {
        return {
          is: 'contradiction',
          message: `this log signed a checkpoint of ${held} entries with another root than these entries have: it was rewritten, or continued twice from one copy`,
        };
      }
      return { is: 'ours', head: { size: held, note: await ownPart(note, keys) } };
    },
  };
}

/** The note with the signatures of the log's own keys only. */
async function ownPart(note: string, keys: readonly NoteVerifier[]): Promise<string> {
  const parsed = parseNote(note);
  const opened = await openNote(note, keys);
  if (!parsed.ok || !opened.ok) throw new TypeError('only a note that was opened has a part of its own');
  const lines = note.slice(note.lastIndexOf('\n\n') + 2).split('\n');
  const own = parsed.value.signatures.flatMap(({ name, keyHash }, at) =>
    opened.value.signedBy.some((key) => key.name === name && equalBytes(key.keyHash, keyHash))
      ? [`${lines[at]}\n`]
      : [],
  );
  return `${parsed.value.text}\n${own.join('')}`;
}
