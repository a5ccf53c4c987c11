// Values of an archived log that were erased after it ended: nothing is appended to it any more, so the log that goes on says
// so, which lies around it in the data folder. For `verify` on such an archive.
import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import {
  commitmentDigest,
  type LogReport,
  parseEntry,
  type RedactedRange,
  readRedaction,
  type StoredEntry,
} from '@countersign/audit';
import type Database from 'better-sqlite3';
import { archivedFolders } from '../../store/payload/archived-log.ts';
import { dataPaths } from '../../store/paths.ts';
import type { LogReader } from '../../store/readers/log.ts';
import { createEntryRange } from '../../store/sqlite/entries/entries.ts';
import { openForReading } from '../../store/sqlite/open.ts';

export interface ErasedSince {
  /** The log, in which entries count as withheld of which all that is missing was erased. */
  log(of: LogReader): LogReader;
  /** The report, which counts what was erased as redacted, and says who says so. Once all entries were read. */
  told(report: LogReport): LogReport;
}

/** Null where the folder is no archive within a data folder, or nothing was erased from it since. */
export function erasedSince(folder: string, origin: string): ErasedSince | null {
  const path = resolve(folder);
  const dataDir = dirname(dirname(path));
  if (basename(dirname(path)) !== 'archive' || !existsSync(dataPaths(dataDir).database)) return null;
  const around = [dataDir, ...archivedFolders(dataDir).map((one) => join(dataDir, one))].filter(
    (one) => one !== path,
  );
  const found = around.map((one) => redactionsIn(dataPaths(one).database, origin));
  const ranges = found.flatMap((one) => one.ranges);
  if (ranges.length === 0) return null;
  // What an entry of its own lists is gone as well, and accounted for.
  const own = redactionsIn(dataPaths(path).database, null).ranges;
  const logs = found.flatMap(({ log, ranges: of }) => (of.length === 0 ? [] : [`\`${log}\``]));
  const listed = [...ranges, ...own];
  let redacted = 0;
  async function* marked(entries: AsyncIterable<StoredEntry>): AsyncGenerator<StoredEntry, void> {
    for await (const stored of entries) {
      const gone = missingFrom(stored);
      const isErased = gone.length > 0 && gone.every((name) => isListed(listed, stored.index, name));
      if (isErased) redacted += gone.length;
      yield isErased ? { ...stored, withheld: true } : stored;
    }
  }
  return {
    log: (of) => ({ ...of, entries: (from, to) => marked(of.entries(from, to)) }),
    told: (report) => ({
      ...report,
      details: {
        ...report.details,
        redacted: report.details.redacted + redacted,
        withheld: report.details.withheld - redacted,
      },
      notProven: [
        ...report.notProven,
        `that ${redacted} values were erased after this log had ended is what ${logs.join(' and ')} says, which is to be verified by itself`,
      ],
    }),
  };
}

function missingFrom({ header, details, withheld, damaged }: StoredEntry): readonly string[] {
  const parsed = withheld === true || damaged === true ? null : parseEntry(header);
  if (parsed?.ok !== true) return [];
  const there = new Set(details.map(({ name }) => name));
  return Object.entries(parsed.value.commits).flatMap(([name, commit]) =>
    commit === null || there.has(name) ? [] : [name],
  );
}

const isListed = (ranges: readonly RedactedRange[], index: number, wanted: string): boolean =>
  ranges.some(
    ({ first, last, names }) => first <= index && index <= last && (names?.includes(wanted) ?? true),
  );

function redactionsIn(
  database: string,
  origin: string | null,
): { readonly log: string; readonly ranges: readonly RedactedRange[] } {
  const db = openForReading(database);
  try {
    const log = db.prepare<[], string>('SELECT origin FROM log_head').pluck().get() ?? database;
    return { log, ranges: redactionsFrom(db, origin) };
  } finally {
    db.close();
  }
}

function redactionsFrom(db: Database.Database, origin: string | null): readonly RedactedRange[] {
  const range = createEntryRange(db);
  const indexes = db
    .prepare<[], number>("SELECT idx FROM entry_kinds WHERE kind = 'log.redacted' ORDER BY idx")
    .pluck()
    .all();
  return indexes.flatMap((index) => {
    const stored = range(index, index + 1).next().value;
    const header = stored === undefined ? null : parseEntry(stored.header);
    const targets = stored?.details.find(({ name }) => name === 'targets');
    if (header?.ok !== true || header.value.kind !== 'log.redacted' || targets === undefined) return [];
    const isCommitted =
      commitmentDigest('targets', targets.salt, targets.value) === header.value.commits.targets;
    return isCommitted ? rangesOf(targets.value, origin) : [];
  });
}

/** Of the log itself (null), or of another by its name: `{"log":"<origin>","ranges":[…]}` (docs/log-format.md section 6). */
function rangesOf(value: Uint8Array, origin: string | null): readonly RedactedRange[] {
  if (origin === null) return readRedaction(value);
  try {
    const said = JSON.parse(Buffer.from(value).toString('utf8')) as { log?: unknown; ranges?: unknown };
    return said.log === origin ? readRedaction(Buffer.from(JSON.stringify(said.ranges))) : [];
  } catch {
    return [];
  }
}
