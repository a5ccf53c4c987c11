// Every stored checkpoint, and the one kept beside the database: what was signed must be what the entries give.
import {
  type CompactRange,
  equalBytes,
  fromHex,
  importNoteVerifier,
  type NoteVerifier,
  openCheckpoint,
  parseCheckpoint,
  parseKeyManifest,
  rangeRoot,
  serializeRange,
  toHex,
} from '@countersign/audit';
import type Database from 'better-sqlite3';
import { counted } from '../text.ts';
import type { Check, Fault, FsckContext } from './check.ts';
import { createRangeFollower } from './range.ts';

interface CheckpointRow {
  readonly size: number;
  readonly root: Uint8Array;
  readonly frontier: Uint8Array;
  readonly note: string;
  readonly time: number;
}

const UNCOMPUTED = 'cannot be recomputed: entries before it are missing';

export const checkpointCheck: Check = {
  name: 'checkpoints',
  start(context, found) {
    const { db, size, archivedTo, kept } = context;
    const next = db.prepare<[number], CheckpointRow>(
      'SELECT size, root, frontier, note, time FROM checkpoints WHERE size > ? ORDER BY size LIMIT 1',
    );
    const follower = createRangeFollower(db);
    const held = kept === null ? null : parseCheckpoint(kept);
    const keptSize = held?.ok === true ? held.value.size : -1;
    let keptRoot: string | null = null;
    let waiting = next.get(Number.MIN_SAFE_INTEGER);
    while (waiting !== undefined && waiting.size < 1) {
      found(faultOf(waiting.size, 'is of no entries'));
      waiting = next.get(waiting.size);
    }
    return {
      entry({ index, leaf, entry }) {
        if (index < 0 || index >= size) return;
        const range = follower.next(index, leaf);
        if (index + 1 === keptSize && range !== null) keptRoot = toHex(rangeRoot(range));
        while (waiting !== undefined && waiting.size <= index + 1) {
          // Of archived entries the tiles are left.
          const tree = waiting.size <= archivedTo ? follower.at(waiting.size) : range;
          const isLast = waiting.size === index + 1;
          const time = isLast ? (entry?.time ?? null) : null;
          compareRow(waiting, tree?.size === waiting.size ? tree : null, time, found);
          waiting = next.get(waiting.size);
        }
      },
      async end() {
        for (; waiting !== undefined; waiting = next.get(waiting.size))
          found(
            faultOf(
              waiting.size,
              waiting.size <= size
                ? UNCOMPUTED
                : `is of more entries than the ${size} that are there: the tail is gone`,
            ),
          );
        if (held !== null) compareKept(context, held, keptRoot, found);
        const verifiers = await knownKeys(context);
        const checked = await checkNotes(context, verifiers, found);
        return {
          checked,
          notChecked: [
            ...(verifiers.length > 0
              ? []
              : ['signatures of checkpoints: no key of the log is here to check them with']),
            ...(held !== null
              ? []
              : [
                  'whether the log was put back from an older copy: the head kept outside the database is not there; name it with `--head` or `--config`',
                ]),
          ],
        };
      },
    };
  },
};

function compareRow(
  { size, root, frontier, time }: CheckpointRow,
  range: CompactRange | null,
  lastTime: number | null,
  found: (fault: Fault) => void,
): void {
  if (range === null) {
    found(faultOf(size, UNCOMPUTED));
    return;
  }
  if (!equalBytes(rangeRoot(range), root)) found(faultOf(size, 'has another root than its entries'));
  if (!equalBytes(serializeRange(range), frontier))
    found(faultOf(size, 'is stored with another tree than that of its entries'));
  if (lastTime !== null && lastTime !== time) found(faultOf(size, 'has another time than its last entry'));
}

/** Each note against its own row, and under the log's keys. */
async function checkNotes(
  { db, origin }: FsckContext,
  verifiers: readonly NoteVerifier[],
  found: (fault: Fault) => void,
): Promise<number> {
  const rows = db.prepare<[number], Pick<CheckpointRow, 'size' | 'root' | 'note'>>(
    'SELECT size, root, note FROM checkpoints WHERE size > ? ORDER BY size LIMIT 256',
  );
  let checked = 0;
  for (
    let page = rows.all(Number.MIN_SAFE_INTEGER);
    page.length > 0;
    page = rows.all(page.at(-1)?.size ?? 0)
  ) {
    for (const { size, root, note } of page) {
      checked += 1;
      const opened = verifiers.length > 0 ? await openCheckpoint(note, verifiers) : parseCheckpoint(note);
      if (!opened.ok) found(faultOf(size, `is not what the log signed: ${opened.error.message}`));
      else if (opened.value.origin !== origin)
        found(faultOf(size, `is one of the log \`${opened.value.origin}\``));
      else if (opened.value.size !== size || !equalBytes(opened.value.root, root))
        found(faultOf(size, 'says something else than its note'));
    }
  }
  return checked;
}

function compareKept(
  { origin, size }: FsckContext,
  held: ReturnType<typeof parseCheckpoint>,
  root: string | null,
  found: (fault: Fault) => void,
): void {
  const fault = (message: string): void =>
    found({ place: null, message: `the checkpoint kept outside the database ${message}` });
  if (!held.ok) fault(`cannot be read: ${held.error.message}`);
  else if (held.value.origin !== origin) fault(`is of the log \`${held.value.origin}\``);
  else if (held.value.size > size)
    fault(`is of ${held.value.size} entries, the log has ${size}: it was put back from an older copy`);
  else if (root === null || !equalBytes(fromHex(root) ?? new Uint8Array(), held.value.root))
    fault(`of ${held.value.size} entries is not that of these entries`);
}

/** The key of this folder, and those that the newest key manifest lists. */
async function knownKeys({ db, vkey }: FsckContext): Promise<readonly NoteVerifier[]> {
  const listed = manifestOf(db)?.flatMap(({ role, vkey: key }) => (role === 'checkpoint' ? [key] : [])) ?? [];
  const imported = await Promise.all(
    [...new Set([...listed, ...(vkey === null ? [] : [vkey])])].map(async (key) => importNoteVerifier(key)),
  );
  return imported.flatMap((key) => (key.ok ? [key.value] : []));
}

function manifestOf(db: Database.Database) {
  const note = db
    .prepare<[], string>('SELECT note FROM key_manifests ORDER BY serial DESC LIMIT 1')
    .pluck()
    .get();
  const manifest = note === undefined ? null : parseKeyManifest(note);
  return manifest?.ok === true ? manifest.value.keys : null;
}

function faultOf(size: number, what: string): Fault {
  return {
    place: { checkpoint: size },
    message: `the checkpoint of ${counted(size, 'entry', 'entries')} ${what}`,
  };
}
