// What describes an archive of entries, docs/log-format.md section 12: which entries of which log, under which checkpoint, and
// the digest of everything in it that the checkpoint does not fix. Its own digest is what the log records.
import { canonicalJson, type Digest, digestOf, isDigest, isOrigin, TILE_WIDTH } from '@countersign/audit';
import { z } from 'zod';
import { ArchiveError } from './archive-error.ts';

export const ARCHIVE_VERSION = 'countersign/archive/1';
/** Written last: a folder without it is no archive, but a copy that was interrupted. */
export const MANIFEST_FILE = 'archive.json';
export const CHECKPOINT_FILE = 'checkpoint';
export const KEYS_FILE = 'keys';
/** As it is written it has a letter for each byte. */
export const MOST_MANIFEST_BYTES = 64 << 20;

const digest = z.string().refine(isDigest);
const index = z.int().min(0);

const Manifest = z.strictObject({
  v: z.literal(ARCHIVE_VERSION),
  origin: z.string().refine(isOrigin),
  /** The entries: `to` is not included. Both are multiples of 256. */
  from: index,
  to: index,
  /** Entries of the checkpoint, at least `to`. */
  size: index,
  /** SHA-256 of the file `checkpoint`, and of `keys`; null where there is none. */
  checkpoint: digest,
  keys: digest.nullable(),
  /** SHA-256 of the file of sealed values for each 256 entries in order; null where they have none. */
  values: z.array(digest.nullable()),
});

export type ArchiveManifest = z.infer<typeof Manifest>;

export function manifestText(manifest: ArchiveManifest): string {
  return `${canonicalJson(manifest)}\n`;
}

/** The digest that `log.pruned` records. */
export function manifestDigest(text: string): Digest {
  return digestOf(text);
}

/** Throws an ArchiveError for anything that `manifestText` does not write. */
export function parseManifest(text: string): ArchiveManifest {
  const read = text.length > MOST_MANIFEST_BYTES ? null : readJson(text);
  const parsed = Manifest.safeParse(read);
  if (!parsed.success || manifestText(parsed.data) !== text)
    throw new ArchiveError(
      `\`${MANIFEST_FILE}\` is not what describes an archive: it was changed, or is another file`,
    );
  const { from, to, size, values } = parsed.data;
  const isWhole = from % TILE_WIDTH === 0 && to % TILE_WIDTH === 0 && from < to && to <= size;
  if (!isWhole || values.length !== (to - from) / TILE_WIDTH)
    throw new ArchiveError(
      `\`${MANIFEST_FILE}\` says that it has entries ${from} to ${to - 1}, which cannot be`,
    );
  return parsed.data;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
