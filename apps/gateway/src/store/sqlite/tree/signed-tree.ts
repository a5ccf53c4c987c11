// The tree of the log at the sizes that were signed, computed from entries read back from storage, through a connection
// of its own, never from what the writer remembers (audit-log.md 1.1, Yeti).
import {
  type CompactRange,
  EMPTY_RANGE,
  equalBytes,
  openCheckpoint,
  parseRange,
  rangeRoot,
} from '@countersign/audit';
import type Database from 'better-sqlite3';
import { StoreError } from '../../store-error.ts';
import { createTreeExtender, type ExtendTree } from './extend-tree.ts';
import type { Keyring } from './keyring.ts';

export interface SignedTree {
  /** The tree of the newest stored checkpoint of at most `size` entries, proven by its own signature; else the empty one. */
  before(size: number): Promise<CompactRange>;
  /** The tree over the stored entries from `from` up to `size` entries. Throws a StoreError `damaged`. */
  readonly extend: ExtendTree;
  /** Throws a StoreError unless this log's key signed the note for this log. */
  check(note: string, what: string): Promise<{ readonly size: number; readonly root: Uint8Array }>;
}

interface CheckpointRow {
  readonly size: number;
  readonly root: Uint8Array;
  readonly frontier: Uint8Array;
  readonly note: string;
}

/** `reader` reads back; it must not be the connection that wrote. */
export function createSignedTree(reader: Database.Database, origin: string, keyring: Keyring): SignedTree {
  const newest = reader.prepare<[number], CheckpointRow>(
    'SELECT size, root, frontier, note FROM checkpoints WHERE size <= ? ORDER BY size DESC LIMIT 1',
  );

  async function check(note: string, what: string) {
    const { verifiers } = await keyring.current();
    const opened = await openCheckpoint(note, verifiers);
    if (opened.ok && opened.value.origin === origin) return opened.value;
    const why = opened.ok ? `it is of \`${opened.value.origin}\`` : opened.error.message;
    throw new StoreError('damaged', `${what} of \`${origin}\` was not signed by this key: ${why}`);
  }

  return {
    check,
    async before(size) {
      const row = newest.get(size);
      if (row === undefined) return EMPTY_RANGE;
      const note = await check(row.note, 'a stored checkpoint');
      const range = parseRange(row.frontier);
      const isSigned =
        range.ok &&
        range.value.size === note.size &&
        row.size === note.size &&
        equalBytes(rangeRoot(range.value), note.root) &&
        equalBytes(row.root, note.root);
      if (isSigned) return range.value;
      throw new StoreError(
        'damaged',
        `what is stored with the checkpoint of size ${row.size} is not what was signed`,
      );
    },
    extend: createTreeExtender(reader),
  };
}
