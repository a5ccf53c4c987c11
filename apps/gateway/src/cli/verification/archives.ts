// Archives of entries on the command line: one that is verified by itself, and those that a log's first entries come from.
import { type AuditOptions, type LogReport, parseKeyManifest, type StoredEntry } from '@countersign/audit';
import { ArchiveError } from '../../archive/archive-error.ts';
import { type Archive, openArchive } from '../../archive/read.ts';
import { verifyArchive } from '../../archive/verify.ts';
import { CommandError } from '../exit.ts';

export interface GivenArchives {
  /** Ascending, each beginning where the one before ends. */
  readonly archives: readonly Archive[];
  readonly from: number;
  readonly to: number;
}

/** Opens them in the order of their entries. Ends the command where one cannot be read, or does not follow another. */
export async function openArchives(folders: readonly string[]): Promise<GivenArchives | null> {
  const opened: Archive[] = [];
  for (const folder of folders) opened.push(await asAnswer(() => openArchive(folder)));
  const archives = opened.toSorted((a, b) => a.manifest.from - b.manifest.from);
  const [first, last] = [archives[0], archives.at(-1)];
  if (first === undefined || last === undefined) return null;
  for (const [at, { manifest, folder }] of archives.entries()) {
    const before = archives[at - 1]?.manifest;
    if (before !== undefined && before.to !== manifest.from)
      throw new CommandError(
        2,
        `\`${folder}\` begins at entry ${manifest.from}, and the archive before ends at ${before.to}: name the one between`,
      );
  }
  return { archives, from: first.manifest.from, to: last.manifest.to };
}

/** Their entries, then those of the log from where they end. */
export async function* withArchives(
  { archives, to }: GivenArchives,
  log: (from: number) => AsyncIterable<StoredEntry>,
): AsyncGenerator<StoredEntry | readonly StoredEntry[], void> {
  for (const archive of archives) yield* archive.entries();
  yield* log(to);
}

/** `keysOf` chooses the manifest that counts: that of the archive is whoever's who holds it. */
export async function verifyArchiveIn(
  folder: string,
  options: Omit<AuditOptions, 'replayer'> & { readonly replays: boolean },
  keysOf: (archive: Archive) => Promise<Pick<AuditOptions, 'keyManifest'>>,
): Promise<LogReport> {
  return asAnswer(async () => {
    const archive = await openArchive(folder);
    const isOwn = options.trust === undefined && options.vkeys?.length === 0;
    return verifyArchive(archive, { ...options, ...(isOwn ? ownKeys(archive) : await keysOf(archive)) });
  });
}

function ownKeys({ keys }: Archive): Pick<AuditOptions, 'keyManifest'> {
  const manifest = keys === null ? null : parseKeyManifest(keys);
  return { keyManifest: manifest?.ok === true ? manifest.value : undefined };
}

/** An archive that was changed is an answer: no. */
export async function asAnswer<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ArchiveError) throw new CommandError(1, error.message, { cause: error });
    throw error;
  }
}
