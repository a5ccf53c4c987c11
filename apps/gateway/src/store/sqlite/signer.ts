// Signs heads of the log. What is signed is computed from entries read back from storage, through a connection of its
// own, never from what the writer remembers: a wrong root, once signed, cannot be taken back (audit-log.md 1.1, Yeti).
import {
  appendLeaf,
  type CompactRange,
  EMPTY_RANGE,
  equalBytes,
  importNoteVerifier,
  leafHash,
  type NoteSigner,
  openCheckpoint,
  parseEntry,
  parseRange,
  rangeRoot,
  serializeRange,
  signCheckpoint,
} from '@countersign/audit';
import type Database from 'better-sqlite3';
import { StoreError } from '../store-error.ts';
import type { LogHead } from './head.ts';

export interface Signer {
  /** Signs the log at `head` and stores the checkpoint; null when that size is signed already. */
  sign(head: LogHead): Promise<string | null>;
}

export interface SignerOptions {
  readonly origin: string;
  readonly signer: NoteSigner;
  /** The note that was kept outside the database, null when there is none. */
  readonly kept: string | null;
}

interface CheckpointRow {
  readonly size: number;
  readonly root: Uint8Array;
  readonly frontier: Uint8Array;
  readonly note: string;
}

/**
 * Continues from the newest checkpoint, after checking that the log up to `head` extends it and the one kept outside.
 * `db` writes, `reader` reads back. Throws a StoreError `rolled_back` or `damaged` when it does not.
 */
export async function createSigner(
  db: Database.Database,
  reader: Database.Database,
  head: LogHead,
  options: SignerOptions,
): Promise<Signer> {
  const { origin, signer } = options;
  const store = db.prepare(
    'INSERT INTO checkpoints (size, root, frontier, note, time) VALUES (?, ?, ?, ?, ?)',
  );
  const read = reader.prepare<[number, number], { idx: number; header: Uint8Array; leaf: Uint8Array }>(
    'SELECT idx, header, leaf FROM entries WHERE idx >= ? AND idx < ? ORDER BY idx',
  );
  const known = await createNoteCheck(origin, signer);

  let signed = await newestSigned();
  if (options.kept !== null) await requireKept(options.kept);
  if (signed.size > head.size) {
    throw new StoreError(
      'rolled_back',
      `${signed.size} entries were signed, and the log has only ${head.size} of them`,
    );
  }
  // The rest of the log is read once here, so that a log that does not add up never starts.
  extend(signed, head);

  return {
    async sign(target) {
      if (target.size <= signed.size) return null;
      const { range, time } = extend(signed, target);
      const root = rangeRoot(range);
      const note = await signCheckpoint({ origin, size: range.size, root }, signer);
      store.run(range.size, root, serializeRange(range), note, time);
      signed = range;
      return note;
    },
  };

  async function newestSigned(): Promise<CompactRange> {
    const row = db
      .prepare<[], CheckpointRow>(
        'SELECT size, root, frontier, note FROM checkpoints ORDER BY size DESC LIMIT 1',
      )
      .get();
    if (row === undefined) return EMPTY_RANGE;
    const note = await known(row.note);
    const range = parseRange(row.frontier);
    if (!range.ok || range.value.size !== note.size || !equalBytes(rangeRoot(range.value), note.root)) {
      throw new StoreError(
        'damaged',
        `the tree stored with the checkpoint of size ${row.size} is not the signed one`,
      );
    }
    return range.value;
  }

  async function requireKept(note: string): Promise<void> {
    const kept = await known(note);
    const row = db
      .prepare<[number], Uint8Array>('SELECT root FROM checkpoints WHERE size = ?')
      .pluck()
      .get(kept.size);
    if (row === undefined || !equalBytes(row, kept.root)) {
      throw new StoreError(
        'rolled_back',
        `a checkpoint of ${kept.size} entries was signed for this log, and the database does not have it: it was put back from an older copy; ` +
          'restore the newest one, or begin a new log in a new data folder',
      );
    }
  }

  /** The tree over the stored entries up to `target`, which the writer's own must equal. */
  function extend(
    from: CompactRange,
    target: LogHead,
  ): { readonly range: CompactRange; readonly time: number } {
    let range = from;
    let last: Uint8Array | null = null;
    for (const { idx, header, leaf } of read.iterate(from.size, target.size)) {
      if (idx !== range.size) throw new StoreError('damaged', `entry ${range.size} is missing from storage`);
      if (!equalBytes(leafHash(header), leaf)) {
        throw new StoreError(
          'damaged',
          `entry ${idx} as read back from storage is not the one that was written`,
        );
      }
      range = appendLeaf(range, leaf);
      last = header;
    }
    if (!equalBytes(rangeRoot(range), rangeRoot(target.range))) {
      throw new StoreError(
        'damaged',
        `the ${target.size} entries in storage are not those that the log's head stands for`,
      );
    }
    const entry = last === null ? null : parseEntry(last);
    return { range, time: entry?.ok === true ? entry.value.time : target.lastTime };
  }
}

/** Opens notes that this very key signed for this origin. */
async function createNoteCheck(
  origin: string,
  signer: NoteSigner,
): Promise<(note: string) => Promise<{ readonly size: number; readonly root: Uint8Array }>> {
  if (signer.name !== origin) {
    throw new StoreError(
      'wrong_origin',
      `the checkpoint key is named \`${signer.name}\`, the log \`${origin}\``,
    );
  }
  const verifier = await importNoteVerifier(signer.vkey);
  if (!verifier.ok) throw new StoreError('wrong_origin', verifier.error.message);
  return async (note) => {
    const opened = await openCheckpoint(note, [verifier.value]);
    if (!opened.ok || opened.value.origin !== origin) {
      const why = opened.ok ? `it is of \`${opened.value.origin}\`` : opened.error.message;
      throw new StoreError(
        'damaged',
        `a stored checkpoint of \`${origin}\` was not signed by this key: ${why}`,
      );
    }
    return opened.value;
  };
}
