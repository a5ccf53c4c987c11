// Calls that an export was asked for and that lie in archives, where no index finds them: read there one after another. What
// could not be read, or does not tell any more whether it was asked for, is said, never left out in silence.
import { TILE_WIDTH } from '@countersign/audit';
import { type MovedEntries, unreachedText } from '../archive/moved.ts';
import type { Archive } from '../archive/read.ts';
import { ExportError } from '../exports/types.ts';
import { type ArchivedEntry, findArchivedCalls } from '../privacy/archived-calls.ts';
import { createJudge, type Verdict } from '../privacy/judge.ts';
import type { CallQuery } from '../search/query.ts';
import type { ExportReaders } from './types.ts';

export interface AskedCalls {
  /** Id of the only one that is asked for. */
  readonly call: string | undefined;
  readonly query: CallQuery;
  /** Entry indexes; `to` is not included. */
  readonly from: number;
  readonly to: number;
}

export interface FoundCall {
  readonly id: string;
  readonly chain: string;
}

export interface FoundInArchives {
  readonly calls: readonly FoundCall[];
  /** How many may have been asked for, with entries in the range, and do not tell any more. */
  readonly untold: number;
  /** Whether the only call that was asked for is there, whatever else was asked of it. */
  readonly isMet: boolean;
}

/** Entries that belong to no call, or to one that nobody asked for, are many: people hear of it now and then. */
const ENTRIES_A_REPORT = 4096;

/** @param take gets each archived entry of a call that was asked for. */
export async function findAskedCalls(
  asked: AskedCalls,
  { archives, unreached }: Pick<MovedEntries, 'archives' | 'unreached'>,
  readers: Pick<ExportReaders, 'log' | 'registry'>,
  take: (index: number) => void,
  onProgress: (line: string) => void = () => undefined,
): Promise<FoundInArchives> {
  // What an archive has of calls is over by the entry that recorded it.
  const missing = unreached.filter(({ until = Number.POSITIVE_INFINITY }) => asked.from <= until);
  if (missing.length > 0) throw new ExportError(unlooked(missing));
  const judge = await createJudge(asked.query, readers);
  const cut = archives.at(-1)?.manifest.to ?? 0;
  const found = new Map<string, FoundCall>();
  const isIn = ({ header: { index } }: ArchivedEntry): boolean => index >= asked.from && index < asked.to;
  let untold = 0;
  let isMet = false;
  let read = 0;
  /** Calls that do not tell, and were over before the range. */
  const before = new Map<string, Unclear>();
  const doubt = (unclear: Unclear): void => {
    if (unclear !== 'untold') throw new ExportError(unread(unclear));
    untold += 1;
  };
  const note = ({ header: { index } }: ArchivedEntry): void => {
    if (index < cut) take(index);
  };
  const { problem } = await findArchivedCalls(
    archives.filter(({ manifest }) => manifest.from < asked.to).map((archive) => upTo(archive, asked.to)),
    readers.log,
    (row, entries) => {
      const id = String(row['id']);
      isMet ||= id === asked.call;
      if (asked.call !== undefined && id !== asked.call) return false;
      const verdict = judge(row, entries);
      if (verdict === 'other') return false;
      if (verdict !== 'asked') {
        if (entries.some(isIn)) doubt(verdict);
        else if (entries.every(({ header: { index } }) => index < asked.from)) before.set(id, verdict);
        return false;
      }
      found.set(id, { id, chain: String(row['chain']) });
      entries.forEach(note);
      return false;
    },
    // A call may go on after it is over: by its task, or by what is pushed.
    (entry) => {
      const { call } = entry.header;
      if (call === null) return;
      if (found.has(call)) note(entry);
      const unclear = isIn(entry) ? before.get(call) : undefined;
      if (unclear === undefined) return;
      before.delete(call);
      doubt(unclear);
    },
    async () => {
      read += TILE_WIDTH;
      if (read % ENTRIES_A_REPORT === 0) onProgress(`read ${read} of ${total(archives)} archived entries`);
    },
  );
  if (problem !== null) throw new ExportError(unlooked([problem]));
  return { calls: [...found.values()], untold, isMet };
}

/** An archive as far as calls may have begun that are asked for. */
function upTo(archive: Archive, to: number): Archive {
  const { manifest } = archive;
  const end = Math.ceil(to / TILE_WIDTH) * TILE_WIDTH;
  if (end >= manifest.to) return archive;
  return {
    ...archive,
    manifest: { ...manifest, to: end },
    async *entries() {
      for (let tile = manifest.from / TILE_WIDTH; tile < end / TILE_WIDTH; tile += 1)
        yield await archive.page(tile);
    },
  };
}

const total = (archives: readonly Archive[]): number =>
  archives.reduce((sum, { manifest: { from, to } }) => sum + to - from, 0);

function unlooked(archives: MovedEntries['unreached']): string {
  const which = unreachedText(archives);
  return (
    `what is asked for may be in an archive that cannot be looked into, so nothing was exported: ${which}; put it back ` +
    'there, or export what came after it, with `--from`'
  );
}

/** What does not tell whether it was asked for: the values that say so are gone, or cannot be read here. */
type Unclear = Exclude<Verdict, 'asked' | 'other'>;

function unread({ withheld }: Exclude<Unclear, 'untold'>): string {
  return (
    `the values of archived entry ${withheld} cannot be read here, so nobody can tell what was asked for: ` +
    'make their keys available, or export a chain or a range'
  );
}
