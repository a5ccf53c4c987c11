// Reads an archive of entries, and believes nothing in it that does not add up: tiles lead to the root of its checkpoint, and
// every other file has the digest that the archive's description says. Who signed the checkpoint is for the verifier to ask.
import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  bundlePath,
  type Digest,
  digestOf,
  type EntriesBefore,
  isDigest,
  nodesOf,
  openTileTree,
  parseBundle,
  parseCheckpoint,
  type StoredEntry,
  type Subtree,
  TILE_WIDTH,
  TileError,
  tilePath,
  type TileTree,
} from '@countersign/audit';
import { openerIn, type PayloadOpener, openedValues } from '../store/payload/opener.ts';
import { ArchiveError } from './archive-error.ts';
import { readArchiveFile } from './files.ts';
import {
  type ArchiveManifest,
  CHECKPOINT_FILE,
  KEYS_FILE,
  MANIFEST_FILE,
  MOST_MANIFEST_BYTES,
  manifestDigest,
  parseManifest,
} from './manifest.ts';
import { parseValues, type SealedValues } from './values.ts';

/** Each header after its length, which has two bytes. */
export const MOST_BUNDLE_BYTES = TILE_WIDTH * (2 + 0xffff);
const MOST_TILE_BYTES = TILE_WIDTH * 32;
const MOST_NOTE_BYTES = 1 << 20;
/** 4 MiB for each of its entries. A copy that has more is refused when it is read back, before anything is deleted. */
const MOST_VALUES_BYTES = 1 << 30;

export type ArchivedHeader = Pick<StoredEntry, 'index' | 'header' | 'leaf'>;

export interface Archive {
  readonly folder: string;
  readonly manifest: ArchiveManifest;
  /** What the log names it by. */
  readonly digest: Digest;
  /** The checkpoint with its cosignatures, and the key manifest. */
  readonly checkpoint: string;
  readonly keys: string | null;
  readonly tree: TileTree;
  /** In pages of 256. Throws an ArchiveError at a file that is not there or was changed. */
  entries(): AsyncGenerator<readonly StoredEntry[], void>;
  /** The 256 entries of one tile of it, by its number in the tree. */
  page(tile: number): Promise<readonly StoredEntry[]>;
  /** The same without their values, of which nothing is read. */
  headers(tile: number): Promise<readonly ArchivedHeader[]>;
  /** What comes before its first entry; null where that is the first of the log. */
  before(): Promise<EntriesBefore | null>;
  /** The subtrees between its last entry and the end of the checkpoint. */
  after(): AsyncGenerator<Subtree, void>;
}

/** Whether a folder says of itself that it is an archive of entries. */
export function isArchive(path: string): boolean {
  return (
    statSync(path, { throwIfNoEntry: false })?.isDirectory() === true && existsSync(join(path, MANIFEST_FILE))
  );
}

/** Throws an ArchiveError for what is none, or was changed. */
export async function openArchive(folder: string): Promise<Archive> {
  const text = readArchiveFile(folder, MANIFEST_FILE, MOST_MANIFEST_BYTES).toString('utf8');
  const manifest = parseManifest(text);
  const { origin, from, to, size } = manifest;
  const checkpoint = textOf(folder, CHECKPOINT_FILE, manifest.checkpoint);
  const keys = manifest.keys === null ? null : textOf(folder, KEYS_FILE, manifest.keys);
  const head = parseCheckpoint(checkpoint);
  if (!head.ok || head.value.origin !== origin || head.value.size !== size)
    throw new ArchiveError(`the checkpoint of the archive is not one of ${size} entries of \`${origin}\``);
  const tree = await treeOf(folder, head.value);
  const opener = openerIn(folder, origin);
  return {
    folder,
    manifest,
    digest: manifestDigest(text),
    checkpoint,
    keys,
    tree,
    async *entries() {
      for (let tile = from / TILE_WIDTH; tile < to / TILE_WIDTH; tile += 1)
        yield await pageOf({ folder, manifest, tree, opener }, tile);
    },
    page: async (tile) => pageOf({ folder, manifest, tree, opener }, tile),
    headers: async (tile) => headersOf({ folder, tree }, tile),
    async before() {
      if (from === 0) return null;
      const subtrees: Subtree[] = [];
      for await (const subtree of subtreesOf(tree, 0, from)) subtrees.push(subtree);
      const last = (await tree.hashes(0, from / TILE_WIDTH - 1)).at(-1);
      return { size: from, lastLeaf: last ?? new Uint8Array(), subtrees };
    },
    after: () => subtreesOf(tree, to, size),
  };
}

async function* subtreesOf(tree: TileTree, from: number, to: number): AsyncGenerator<Subtree, void> {
  for (const node of nodesOf({ from, to }))
    yield { level: node.level, hash: await told(async () => tree.node(node)) };
}

async function treeOf(
  folder: string,
  head: { readonly size: number; readonly root: Uint8Array },
): Promise<TileTree> {
  const tree = await told(async () =>
    openTileTree(head, async (tile) => readArchiveFile(folder, tilePath(tile), MOST_TILE_BYTES)),
  );
  if (!tree.ok) throw new ArchiveError(`the tiles of the archive were changed: ${tree.error.message}`);
  return tree.value;
}

interface PageOf {
  readonly folder: string;
  readonly manifest: ArchiveManifest;
  readonly tree: TileTree;
  readonly opener: PayloadOpener;
}

async function pageOf(
  { folder, manifest, tree, opener }: PageOf,
  tile: number,
): Promise<readonly StoredEntry[]> {
  const headers = await headersOf({ folder, tree }, tile);
  const values = valuesOf(folder, manifest, tile);
  return headers.map((one) => ({ ...one, ...opened(opener, values.get(one.index)) }));
}

async function headersOf(
  { folder, tree }: Pick<PageOf, 'folder' | 'tree'>,
  tile: number,
): Promise<readonly ArchivedHeader[]> {
  const leaves = await told(() => tree.hashes(0, tile));
  const path = bundlePath({ index: tile, width: TILE_WIDTH });
  const headers = parseBundle(readArchiveFile(folder, path, MOST_BUNDLE_BYTES), TILE_WIDTH);
  if (!headers.ok) throw new ArchiveError(`\`${join(folder, path)}\` was changed: ${headers.error.message}`);
  return headers.value.map((header, at) => ({
    index: tile * TILE_WIDTH + at,
    header,
    leaf: leaves[at] ?? new Uint8Array(),
  }));
}

function valuesOf(
  folder: string,
  manifest: ArchiveManifest,
  tile: number,
): ReadonlyMap<number, SealedValues> {
  const digest = manifest.values[tile - manifest.from / TILE_WIDTH] ?? null;
  if (digest === null) return new Map();
  const path = valuesPath(tile);
  const bytes = readArchiveFile(folder, path, MOST_VALUES_BYTES);
  if (bytesDigest(bytes) !== digest)
    throw new ArchiveError(
      `\`${join(folder, path)}\` was changed: it is not what was stored of entries ${tile * TILE_WIDTH} to ${(tile + 1) * TILE_WIDTH - 1}`,
    );
  return parseValues(bytes, tile);
}

function opened(opener: PayloadOpener, row: SealedValues | undefined) {
  return openedValues(row === undefined ? 'erased' : opener.entry(row.index, row.key, row.sealed));
}

/** As the bundle of the same entries is named. */
export function valuesPath(tile: number): string {
  return bundlePath({ index: tile, width: TILE_WIDTH }).replace('tile/entries/', 'values/');
}

export function bytesDigest(bytes: Uint8Array): Digest {
  const digest = createHash('sha256').update(bytes).digest('hex');
  if (!isDigest(digest)) throw new TypeError('SHA-256 has 32 bytes');
  return digest;
}

function textOf(folder: string, path: string, digest: Digest): string {
  const text = readArchiveFile(folder, path, MOST_NOTE_BYTES).toString('utf8');
  if (digestOf(text) !== digest) throw new ArchiveError(`\`${join(folder, path)}\` was changed`);
  return text;
}

/** A tile that does not lead to the root is a fault of the archive, like a file that is missing. */
async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TileError)
      throw new ArchiveError(`the tiles of the archive were changed: ${error.message}`, { cause: error });
    throw error;
  }
}
