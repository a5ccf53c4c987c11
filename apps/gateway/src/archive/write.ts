// Writes the cold copy of entries: headers, their part of the tree, the checkpoint that others hold, and values as they are
// sealed. What describes it comes last, once all else is on disk: a copy that was interrupted is no archive.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  bundlePath,
  digestOf,
  joinHashes,
  nodesOf,
  openTileTree,
  parseCheckpoint,
  TILE_WIDTH,
  tilePath,
} from '@countersign/audit';
import type Database from 'better-sqlite3';
import { keepPlace, type PayloadPlace } from '../store/payload/place.ts';
import { createTreeReader } from '../store/sqlite/readers/tree.ts';
import { ArchiveError } from './archive-error.ts';
import { createFolderWriter, readArchiveFile } from './files.ts';
import {
  ARCHIVE_VERSION,
  type ArchiveManifest,
  CHECKPOINT_FILE,
  KEYS_FILE,
  MANIFEST_FILE,
  MOST_MANIFEST_BYTES,
  manifestText,
  parseManifest,
} from './manifest.ts';
import { bytesDigest, valuesPath } from './read.ts';
import { encodeValues, type SealedValues } from './values.ts';

export interface CopyOf {
  readonly origin: string;
  /** Multiples of 256; `to` is not included. */
  readonly from: number;
  readonly to: number;
  /** The checkpoint that covers them, with cosignatures. */
  readonly checkpoint: { readonly size: number; readonly note: string };
  /** The newest key manifest. */
  readonly keys: string | null;
  /** Where the keys to the values are. */
  readonly place: PayloadPlace;
}

const OURS: ReadonlySet<string> = new Set([
  'tile',
  'values',
  CHECKPOINT_FILE,
  KEYS_FILE,
  'payload-store.json',
]);

/**
 * Throws an ArchiveError for a folder that holds something else, or an archive of other entries: what is not this copy,
 * begun or whole, is never written over.
 */
export function requireFree(
  folder: string,
  { origin, from, to }: Pick<CopyOf, 'origin' | 'from' | 'to'>,
): void {
  if (!existsSync(folder)) return;
  const names = readdirSync(folder);
  if (names.includes(MANIFEST_FILE)) {
    const there = parseManifest(readArchiveFile(folder, MANIFEST_FILE, MOST_MANIFEST_BYTES).toString('utf8'));
    if (there.origin === origin && there.from === from && there.to === to) return;
    throw new ArchiveError(
      `\`${folder}\` holds the archive of entries ${there.from} to ${there.to - 1} of \`${there.origin}\`: name another folder`,
    );
  }
  const foreign = names.find((name) => !OURS.has(name.replace(/\.new$/, '')));
  if (foreign !== undefined)
    throw new ArchiveError(
      `\`${folder}\` is not empty, it holds \`${foreign}\`: name a folder for the archive alone`,
    );
}

/** Nothing of the log is changed. `onProgress` is told how many entries are written. */
export async function writeCopy(
  db: Database.Database,
  folder: string,
  copy: CopyOf,
  onProgress: (entries: number) => void = () => undefined,
): Promise<void> {
  requireFree(folder, copy);
  rmSync(join(folder, MANIFEST_FILE), { force: true });
  const files = createFolderWriter(folder);
  const write: Write = (path, bytes) => files.write(path, bytes);
  const values = await writeEntries(db, copy, write, onProgress);
  await writeTiles(db, copy, write);
  files.write(CHECKPOINT_FILE, Buffer.from(copy.checkpoint.note));
  if (copy.keys !== null) files.write(KEYS_FILE, Buffer.from(copy.keys));
  keepPlace(folder, copy.place);
  files.finish();
  const manifest: ArchiveManifest = {
    v: ARCHIVE_VERSION,
    origin: copy.origin,
    from: copy.from,
    to: copy.to,
    size: copy.checkpoint.size,
    checkpoint: digestOf(copy.checkpoint.note),
    keys: copy.keys === null ? null : digestOf(copy.keys),
    values,
  };
  files.write(MANIFEST_FILE, Buffer.from(manifestText(manifest)));
  files.finish();
}

type Write = (path: string, bytes: Uint8Array) => void;

async function writeEntries(
  db: Database.Database,
  { from, to }: CopyOf,
  write: Write,
  onProgress: (entries: number) => void,
): Promise<ArchiveManifest['values']> {
  const tree = createTreeReader(db);
  const sealed = db.prepare<[number, number], SealedValues>(
    'SELECT idx AS "index", key, sealed FROM payloads WHERE idx >= ? AND idx < ? ORDER BY idx',
  );
  const digests: ArchiveManifest['values'] = [];
  for (let tile = from / TILE_WIDTH; tile < to / TILE_WIDTH; tile += 1) {
    const bundle = await tree.entryBundle(tile);
    if (bundle === null) throw new ArchiveError(`entries ${tile * TILE_WIDTH} and on are not all there`);
    write(bundlePath({ index: tile, width: TILE_WIDTH }), bundle);
    const rows = sealed.all(tile * TILE_WIDTH, (tile + 1) * TILE_WIDTH);
    const bytes = encodeValues(rows);
    if (rows.length > 0) write(valuesPath(tile), bytes);
    digests.push(rows.length > 0 ? bytesDigest(bytes) : null);
    onProgress((tile + 1) * TILE_WIDTH - from);
  }
  return digests;
}

/** The tiles that lead from the entries to the root of the checkpoint, as whoever reads the archive will ask for them. */
async function writeTiles(
  db: Database.Database,
  { from, to, checkpoint }: CopyOf,
  write: Write,
): Promise<void> {
  const stored = createTreeReader(db);
  const head = parseCheckpoint(checkpoint.note);
  if (!head.ok) throw new ArchiveError(`the checkpoint of ${checkpoint.size} entries cannot be read`);
  const written = new Set<string>();
  const opened = await openTileTree(head.value, async (tile) => {
    const hashes = await stored.tile(tile.level, tile.index, tile.width);
    if (hashes === null) throw new ArchiveError(`tile ${tile.index} of level ${tile.level} is not there`);
    const path = tilePath(tile);
    if (!written.has(path)) write(path, hashes);
    written.add(path);
    return hashes;
  });
  if (!opened.ok)
    throw new ArchiveError(`the tree in storage is not that of the checkpoint: ${opened.error.message}`);
  const tree = opened.value;
  for (let tile = from / TILE_WIDTH; tile < to / TILE_WIDTH; tile += 1) await tree.hashes(0, tile);
  if (from > 0) await tree.hashes(0, from / TILE_WIDTH - 1);
  for (const span of [
    { from: 0, to: from },
    { from: to, to: checkpoint.size },
  ])
    for (const node of nodesOf(span)) await tree.node(node);
}

/** Whether the leaf hashes in an archive are those in the database: the copy of these entries, and of no others. */
export async function isCopyOf(
  db: Database.Database,
  {
    tree,
    manifest,
  }: {
    readonly tree: { hashes(level: number, index: number): Promise<readonly Uint8Array[]> };
    readonly manifest: Pick<ArchiveManifest, 'from' | 'to'>;
  },
): Promise<boolean> {
  const stored = createTreeReader(db);
  for (let tile = manifest.from / TILE_WIDTH; tile < manifest.to / TILE_WIDTH; tile += 1) {
    const own = await stored.tile(0, tile);
    if (own === null || !Buffer.from(own).equals(joinHashes(await tree.hashes(0, tile)))) return false;
  }
  return true;
}
