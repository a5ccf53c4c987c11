// Calls of which the entries were moved to archives: nothing in the database finds them any more, so they are made anew from
// the archived entries, one after another, by the same projection as the index. Only reads.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type EntryHeader, equalBytes, leafHash, parseEntry, type StoredEntry } from '@countersign/audit';
import { ArchiveError } from '../archive/archive-error.ts';
import type { Archive } from '../archive/read.ts';
import type { NamedChange } from '../store/call-changes.ts';
import { type Details, projectNamed } from '../store/projection.ts';
import type { LogReader } from '../store/readers/log.ts';
import type { Row } from '../store/types.ts';

export interface ArchivedEntry {
  readonly header: EntryHeader;
  /** Names of the details that could be opened. */
  readonly names: readonly string[];
  /** Whether the key to them is not at hand here, which is not the same as their being gone. */
  readonly isWithheld: boolean;
}

export interface ArchivedCall {
  /** As the index had it. */
  readonly row: Row;
  /** What the log has of it until the last call of the archives was over; ascending. */
  readonly entries: readonly ArchivedEntry[];
}

export interface ArchivedCalls {
  readonly calls: readonly ArchivedCall[];
  /** An archive that could not be read to its end; what comes after it was not looked at either. */
  readonly problem: { readonly log: string; readonly why: string } | null;
}

interface Known {
  row: Row;
  readonly entries: ArchivedEntry[];
}

interface Book {
  /** By their ids, those that are not over. */
  readonly open: Map<string, Known>;
  readonly found: Map<string, Known>;
  readonly isWanted: (row: Row, entries: readonly ArchivedEntry[]) => boolean;
  /** Entries of no call, and of calls that are over and were not wanted. */
  readonly other: (entry: ArchivedEntry) => void;
  readonly afterPage: () => Promise<void>;
}

const LIVE: ReadonlySet<unknown> = new Set(['open', 'held']);
const ENTRIES_A_TURN = 256;

/** Those that are wanted by their row, once they are over. What ended behind the archives is followed into the log. */
export async function findArchivedCalls(
  archives: readonly Archive[],
  log: Pick<LogReader, 'entries'>,
  isWanted: (row: Row, entries: readonly ArchivedEntry[]) => boolean,
  other: (entry: ArchivedEntry) => void = () => undefined,
  afterPage: () => Promise<void> = () => Promise.resolve(),
): Promise<ArchivedCalls> {
  const book: Book = { open: new Map(), found: new Map(), isWanted, other, afterPage };
  for (const archive of archives) {
    try {
      await readArchive(book, archive);
    } catch (error) {
      if (!(error instanceof ArchiveError)) throw error;
      return { calls: [...book.found.values()], problem: { log: archive.folder, why: error.message } };
    }
  }
  const last = archives.at(-1)?.manifest.to;
  if (last !== undefined && book.open.size > 0) await readOn(book, log, last);
  return { calls: [...book.found.values()], problem: null };
}

async function readArchive(book: Book, archive: Archive): Promise<void> {
  for await (const page of archive.entries()) {
    for (const stored of page) {
      if (!equalBytes(leafHash(stored.header), stored.leaf))
        throw new ArchiveError(`entry ${stored.index} in \`${archive.folder}\` was changed`);
      take(book, stored, true);
    }
    await book.afterPage();
    await nextTurn();
  }
}

/** Nothing unfinished is archived: what is open at the end of the archives is over soon. */
async function readOn(book: Book, log: Pick<LogReader, 'entries'>, from: number): Promise<void> {
  let read = 0;
  for await (const stored of log.entries(from)) {
    take(book, stored, false);
    if (book.open.size === 0) return;
    read += 1;
    if (read % ENTRIES_A_TURN === 0) await nextTurn();
  }
}

function take({ open, found, isWanted, other }: Book, stored: StoredEntry, mayBegin: boolean): void {
  const parsed = parseEntry(stored.header);
  if (!parsed.ok) throw new ArchiveError(`entry ${stored.index} is malformed: ${parsed.error.message}`);
  const header = parsed.value;
  const ended = changesOf(header, stored).flatMap((change) => changed(open, change, mayBegin));
  const call = header.call === null ? undefined : (open.get(header.call) ?? found.get(header.call));
  const entry = {
    header,
    names: stored.details.map(({ name }) => name),
    isWithheld: stored.withheld === true,
  };
  if (call === undefined) other(entry);
  else call.entries.push(entry);
  for (const one of ended) {
    const id = String(one.row['id']);
    open.delete(id);
    if (isWanted(one.row, one.entries)) found.set(id, one);
  }
}

/** Of an entry whose values are gone, or are not what they should be, only the header tells. */
function changesOf(header: EntryHeader, { details }: StoredEntry): readonly NamedChange[] {
  try {
    return projectNamed(header, new Map(details.map(({ name, value }) => [name, value])));
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error;
    return projectNamed(header, NOTHING);
  }
}

const NOTHING: Details = { get: () => undefined };

/** The calls that are over by it. */
function changed(open: Map<string, Known>, change: NamedChange, mayBegin: boolean): readonly Known[] {
  const touched: Known[] = [];
  if ('row' in change) {
    const { row, keep } = change;
    const id = String(row['id']);
    const known = open.get(id);
    if (known !== undefined) {
      known.row = { ...row, ...Object.fromEntries(keep.map((name) => [name, known.row[name] ?? null])) };
      touched.push(known);
    } else if (mayBegin) {
      const begun = { row, entries: [] };
      open.set(id, begun);
      touched.push(begun);
    }
  } else {
    const { set, where } = change;
    const id = where['id'];
    for (const known of typeof id === 'string' ? [open.get(id)] : open.values()) {
      if (known === undefined || !Object.entries(where).every(([name, value]) => known.row[name] === value))
        continue;
      known.row = { ...known.row, ...set };
      touched.push(known);
    }
  }
  return touched.filter(({ row }) => !LIVE.has(row['state']));
}
