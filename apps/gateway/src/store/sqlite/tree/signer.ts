// Signs heads of the log. What is signed is computed from entries read back from storage, extends what is kept outside
// the database, and is kept there before anybody sees it: a wrong root, once signed, cannot be taken back.
import {
  type CompactRange,
  equalBytes,
  rangeRoot,
  serializeRange,
  signCheckpoint,
  toHex,
} from '@countersign/audit';
import type Database from 'better-sqlite3';
import { type Kept, type KeptHead, KeptHeadError } from '../../../checkpoints/kept-head.ts';
import type { CheckpointRecord } from '../../readers/log.ts';
import { StoreError } from '../../store-error.ts';
import type { Aside } from '../writer/aside.ts';
import type { Extended } from './extend-tree.ts';
import type { LogHead } from '../writer/head.ts';
import type { Keyring } from './keyring.ts';
import { createHeadMover } from './move-head.ts';
import { createSignedTree } from './signed-tree.ts';

export interface Signer {
  /**
   * Signs the log at `head`, unless that is done: the newest checkpoint, which covers `head`. Throws a KeptHeadError
   * `unavailable` or a StoreError `key_unavailable` when it may be tried again; anything else must end the process.
   */
  sign(head: LogHead): Promise<CheckpointRecord>;
}

export interface SignerOptions {
  readonly origin: string;
  readonly keyring: Keyring;
  /** Where the last signed head is kept outside the database. */
  readonly head: KeptHead;
  /** Reads back what is new; left out: `reader` does, as it does at the start. */
  readonly reread?: Pick<Aside, 'extend'>;
  /** The head kept of the log that this one continues, which its own first one replaces; else null. */
  readonly continues: Kept | null;
}

/**
 * Continues from the newest checkpoint, after checking that the log up to `head` extends it and the one kept outside.
 * `db` writes, `reader` reads back. Throws a StoreError when it does not.
 */
export async function createSigner(
  db: Database.Database,
  reader: Database.Database,
  head: LogHead,
  options: SignerOptions,
): Promise<Signer> {
  const { origin, keyring } = options;
  const tree = createSignedTree(reader, origin, keyring);
  const insert = db.prepare(
    'INSERT OR IGNORE INTO checkpoints (size, root, frontier, note, time) VALUES (?, ?, ?, ?, ?)',
  );
  const newestRow = db.prepare<[], CheckpointRecord & { readonly root: Uint8Array }>(
    'SELECT size, root, note, time FROM checkpoints ORDER BY size DESC LIMIT 1',
  );

  const stored = await tree.before(Number.MAX_SAFE_INTEGER);
  if (stored.size > head.size) throw rolledBack(stored.size, head.size);
  const kept = await readKept(options, stored.size > 0);
  const mover = createHeadMover(options.head, kept ?? options.continues);

  let signed = stored;
  let unstored: (() => void) | null = null;
  if (kept !== null) signed = await requireExtension(kept);
  // The rest of the log is read once here, so that a log that does not add up never starts.
  requireHead(tree.extend(signed, head.size), head);
  await bringForward();

  return {
    async sign(target) {
      unstored?.();
      if (target.size > signed.size) await signAt(target);
      const newest = newestRow.get();
      if (newest === undefined) throw new StoreError('damaged', 'the checkpoint just stored is not there');
      return { ...newest, root: toHex(newest.root) };
    },
  };

  async function signAt(target: LogHead): Promise<void> {
    const { extend } = options.reread ?? tree;
    const { range, time } = requireHead(await extend(signed, target.size), target);
    const root = rangeRoot(range);
    const signers = (await keyring.current()).signersAt(range.size);
    const note = await signCheckpoint({ origin, size: range.size, root }, ...signers).catch(cannotSign);
    // A signer that is not this process may answer anything.
    await tree.check(note, 'the checkpoint just made');
    await mover.move({ origin, size: range.size, root, note });
    signed = range;
    // INVARIANT: from here on the note may be known outside, so it is what gets stored, however often that takes.
    unstored = () => {
      insert.run(range.size, root, serializeRange(range), note, time);
      unstored = null;
    };
    unstored();
  }

  /** The tree at the size that is kept outside, after checking that the stored entries give it. */
  async function requireExtension({ size, root, note }: Kept): Promise<CompactRange> {
    if (size > head.size) throw rolledBack(size, head.size);
    await tree.check(note, `what is kept in \`${options.head.place}\``);
    const { range, time } = tree.extend(await tree.before(size), size);
    if (!equalBytes(rangeRoot(range), root)) throw forked(size);
    if (size > stored.size) {
      // Signed and kept, and then the process ended before it was stored.
      insert.run(size, root, serializeRange(range), note, time ?? head.lastTime);
      return range;
    }
    const { range: onward } = tree.extend(range, stored.size);
    if (!equalBytes(rangeRoot(onward), rangeRoot(stored))) throw forked(size);
    return stored;
  }

  /** What was stored and never kept outside: only an older file put in its place leaves that. */
  async function bringForward(): Promise<void> {
    const newest = newestRow.get();
    if (newest === undefined || kept === null || newest.size <= kept.size) return;
    const { size, root, note } = newest;
    await mover.move({ origin, size, root, note });
  }

  /** The tree over the stored entries, which the writer's own must equal. */
  function requireHead({ range, time }: Extended, target: LogHead): { range: CompactRange; time: number } {
    if (!equalBytes(rangeRoot(range), rangeRoot(target.range))) {
      throw new StoreError(
        'damaged',
        `the ${target.size} entries in storage are not those that the log's head stands for`,
      );
    }
    return { range, time: time ?? target.lastTime };
  }

  function forked(size: number): StoreError {
    return new StoreError(
      'forked',
      `the first ${size} entries of \`${origin}\` are not those of which \`${options.head.place}\` keeps the signed head: ` +
        `this is another history of the same log; ${WAY_ON}`,
    );
  }
}

function cannotSign(error: unknown): never {
  throw new StoreError('key_unavailable', 'the checkpoint key cannot sign now', { cause: error });
}

const WAY_ON = 'put back the newest database, or go on under a new name with `countersign log continue`';

/** What is kept of this log, null when nothing was ever signed. */
async function readKept(
  { origin, head, continues }: SignerOptions,
  hasCheckpoints: boolean,
): Promise<Kept | null> {
  const kept = await head.read().catch((error: unknown) => {
    if (!(error instanceof KeptHeadError)) throw error;
    throw new StoreError(
      'head_missing',
      `${error.message}, so nobody can say whether the log was put back from a backup: ` +
        `put the newest checkpoint of \`${origin}\` there, or go on under a new name with \`countersign log continue\``,
      { cause: error },
    );
  });
  if (kept === null) {
    if (!hasCheckpoints) return null;
    throw new StoreError(
      'head_missing',
      `\`${head.place}\` is gone, so nobody can say whether the log was put back from a backup: ` +
        `put the newest checkpoint of \`${origin}\` there, or go on under a new name with \`countersign log continue\``,
    );
  }
  if (kept.origin === origin) return kept;
  if (continues !== null && continues.note === kept.note) return null;
  throw new StoreError(
    'wrong_origin',
    `\`${head.place}\` keeps the head of the log \`${kept.origin}\`, not of \`${origin}\`: give each log a file of its own`,
  );
}

function rolledBack(signedSize: number, size: number): StoreError {
  return new StoreError(
    'rolled_back',
    `${signedSize} entries were signed, and the log has only ${size} of them: the database was put back from an older copy; ${WAY_ON}`,
  );
}
