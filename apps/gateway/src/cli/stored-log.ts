// Verifies a log as it lies in a store, also while a gateway appends to it. Trusts no checkpoint that it does not check
// against the entries (DESIGN section 9).
import { type AuditOptions, type LogReport, parseCheckpoint, verifyLog } from '@countersign/audit';
import type Database from 'better-sqlite3';
import type { LogReader } from '../store/readers/log.ts';
import { headerPages } from '../store/sqlite/entries/header-pages.ts';
import { entriesBefore, firstEntry } from '../store/sqlite/entries/entries-before.ts';
import { CommandError } from './exit.ts';
import { type GivenArchives, withArchives } from './verification/archives.ts';
import { startValues } from './verification/values.ts';

/** A log of fewer entries is read sooner than a thread starts. */
const WORTH_A_THREAD = 20_000;

export interface VerifyLogOptions extends Omit<AuditOptions, 'replayer'> {
  /** Checkpoints that the node keeps elsewhere than among its own: beside its database, and with cosignatures. */
  readonly kept?: readonly string[];
  /** Whether decisions are made again. */
  readonly replays?: boolean;
  /** The log's own database: where it is given, values of long logs are checked in a thread beside. */
  readonly db?: Database.Database;
  /** Where the first entries are, that are not in the database any more. */
  readonly archives?: GivenArchives | null;
  /** From so many entries on. */
  readonly threadFrom?: number;
}

/** Throws a TypeError when a key is not a verifier key, and what the reader throws. */
export async function verifyStoredLog(
  log: LogReader,
  {
    kept = [],
    replays = false,
    db,
    archives = null,
    threadFrom = WORTH_A_THREAD,
    ...options
  }: VerifyLogOptions,
): Promise<LogReport> {
  const { origin } = await log.head();
  // Read before any entry: what is signed while we read covers entries that we may not come to see.
  const newest = await log.latestCheckpoint();
  const own = upTo(log.checkpoints(), newest?.size ?? 0);
  const first = db === undefined ? null : firstEntry(db);
  if (archives !== null) requireEnd(archives, first, origin);
  const common = {
    ...options,
    origin,
    before: db === undefined ? undefined : entriesBefore(db, archives?.from ?? first),
    archives: archives?.archives.map(({ manifest: { from, to }, digest }) => ({ from, to, digest })),
    checkpoints: kept.reduce<AsyncIterable<string>>((notes, note) => withKept(notes, note), own),
  };
  // What is there, not what the database says of itself.
  const to = db?.prepare<[], number | null>('SELECT max(idx) + 1 FROM entries').pluck().get() ?? 0;
  if (db === undefined || archives !== null || to < threadFrom) {
    const replayer = replays ? (await import('../bundles/replayer.ts')).createReplayer() : undefined;
    const entries = archives === null ? log.entries() : withArchives(archives, (from) => log.entries(from));
    return verifyLog(entries, { ...common, replayer });
  }
  const values = startValues({ database: db.name, to, replays });
  try {
    return await verifyLog(headerPages(db, to), { ...common, values: values.report });
  } finally {
    await values.stop();
  }
}

/** What is in none of them and not in the database would look as if it had been taken away. */
function requireEnd({ to, archives }: GivenArchives, first: number | null, origin: string): void {
  const other = archives.find(({ manifest }) => manifest.origin !== origin);
  if (other !== undefined)
    throw new CommandError(
      2,
      `\`${other.folder}\` is an archive of \`${other.manifest.origin}\`, not of \`${origin}\``,
    );
  if (first !== null && to < first)
    throw new CommandError(
      2,
      `the archives end at entry ${to}, and the database begins at ${first}: name the archive between, too`,
    );
}

async function* upTo(notes: AsyncIterable<string>, size: number): AsyncGenerator<string, void> {
  for await (const note of notes) {
    if (sizeOf(note) > size) return;
    yield note;
  }
}

/** Puts the kept checkpoint where its size belongs, so that a database put back from a backup is found to be short. */
async function* withKept(notes: AsyncIterable<string>, kept: string): AsyncGenerator<string, void> {
  let waiting: string | null = kept;
  for await (const note of notes) {
    if (waiting !== null && sizeOf(waiting) < sizeOf(note)) {
      yield waiting;
      waiting = null;
    }
    yield note;
  }
  if (waiting !== null) yield waiting;
}

// What cannot be read sorts first: the verifier then says so.
function sizeOf(note: string): number {
  const parsed = parseCheckpoint(note);
  return parsed.ok ? parsed.value.size : -1;
}
