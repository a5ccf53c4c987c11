// The archives that the log recorded of its own first entries, opened where it says that they are: for whoever must reach what
// lies in them. What cannot be opened there, or is not what was recorded, is named, never passed over in silence.
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type EntryHeader,
  equalBytes,
  leafHash,
  parseEntry,
  type StoredEntry,
  TILE_WIDTH,
} from '@countersign/audit';
import type { Readers } from '../store/readers.ts';
import { ArchiveError } from './archive-error.ts';
import { type Archive, openArchive } from './read.ts';

export interface RecordedArchives {
  /** Ascending by entries. */
  readonly archives: readonly Archive[];
  readonly unreached: readonly {
    readonly log: string;
    readonly why: string;
    /** Index of the entry that recorded it: no later one belongs to what is in it. */
    readonly until?: number;
  }[];
}

type Pruned = EntryHeader<'log.pruned'>;

interface Said {
  readonly header: Pruned;
  /** Null where only a later entry says it again, without a place. */
  readonly folder: string | null;
}

const PAGE = 100;
/** Headers are canonical JSON: one of another kind may hold these bytes, but none of this kind is without them. */
const OF_PRUNED = Buffer.from('"kind":"log.pruned"');

/** @param signal nobody waits for them any more: its reason is thrown. */
export async function openRecorded(
  readers: Pick<Readers, 'entries' | 'log'>,
  signal?: AbortSignal,
): Promise<RecordedArchives> {
  const { origin, size } = await readers.log.head();
  if ((await readers.log.archivedTo()) === 0) return { archives: [], unreached: [] };
  const said = new Map<number, Said>();
  for (let before: number | null = size; before !== null; ) {
    const page = await readers.entries.page({ kind: 'log.pruned', from: 0 }, { limit: PAGE, before });
    for (const { header } of page.entries) note(said, await readers.log.entry(header.index));
    before = page.next;
  }
  const archives: Archive[] = [];
  const unreached: { log: string; why: string; until: number }[] = [];
  // The newest first: where an older one is may be said in it alone.
  for (const from of [...said.keys()].toSorted((a, b) => b - a)) {
    const { body, index } = (said.get(from) as Said).header;
    const what = `entries ${body.from} to ${body.to - 1} of ${origin}, archived`;
    try {
      const archive = await opened(said.get(from) as Said, origin);
      archives.unshift(archive);
      await noteAll(said, archive, signal);
    } catch (error) {
      if (!(error instanceof ArchiveError)) throw error;
      unreached.push({ log: what, why: error.message, until: index });
    }
  }
  return { archives, unreached };
}

/** Reads on only while it is not known of each where it is: of most entries nothing but the header, and none of it believed. */
async function noteAll(
  said: Map<number, Said>,
  archive: Archive,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { from, to } = archive.manifest;
  for (let tile = from / TILE_WIDTH; tile < to / TILE_WIDTH; tile += 1) {
    if ([...said.values()].every(({ folder }) => folder !== null)) return;
    // Files are read at once: between them the gateway serves.
    await nextTurn();
    signal?.throwIfAborted();
    const headers = await archive.headers(tile);
    if (!headers.some(({ header }) => isOfPruned(header))) continue;
    for (const stored of await archive.page(tile)) {
      if (!isOfPruned(stored.header)) continue;
      if (!equalBytes(leafHash(stored.header), stored.leaf))
        throw new ArchiveError(`entry ${stored.index} in \`${archive.folder}\` was changed`);
      note(said, stored);
    }
  }
}

const isOfPruned = (header: Uint8Array): boolean =>
  Buffer.from(header.buffer, header.byteOffset, header.byteLength).includes(OF_PRUNED);

function note(said: Map<number, Said>, stored: StoredEntry | null): void {
  const parsed = stored === null ? null : parseEntry(stored.header);
  if (stored === null || parsed?.ok !== true || parsed.value.kind !== 'log.pruned') return;
  const header = parsed.value;
  const folder = folderIn(stored) ?? said.get(header.body.from)?.folder ?? null;
  said.set(header.body.from, { header, folder });
}

function folderIn({ details }: StoredEntry): string | null {
  const value = details.find(({ name }) => name === 'archive')?.value;
  try {
    const { folder } = JSON.parse(Buffer.from(value ?? []).toString('utf8')) as { readonly folder?: unknown };
    return typeof folder === 'string' ? folder : null;
  } catch {
    return null;
  }
}

async function opened({ header: { body }, folder }: Said, origin: string): Promise<Archive> {
  if (folder === null) throw new ArchiveError('nothing that can be read here says where');
  const archive = await openArchive(folder);
  if (archive.digest !== body.archive || archive.manifest.origin !== origin)
    throw new ArchiveError(`\`${folder}\` is not the archive that was recorded`);
  return archive;
}
