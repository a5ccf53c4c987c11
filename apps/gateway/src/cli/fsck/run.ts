// Runs the checks over one snapshot of a log, reading every entry once for all of them, so that it can run beside a gateway.
import { parseEntry } from '@countersign/audit';
import Database from 'better-sqlite3';
import type { LogFolder } from '../log-folder.ts';
import type { Check, CheckEnd, CheckRun, Fault, FsckContext } from './check.ts';
import { CHECKS } from './checks.ts';

/** Faults that a report names one by one; beyond them, it counts. */
const NAMED = 100;
const ENTRIES_PER_TURN = 1024;

export interface CheckReport {
  readonly name: string;
  readonly checked: number;
  readonly faults: number;
  /** The first of them. */
  readonly named: readonly Fault[];
}

export interface FsckReport {
  readonly origin: string;
  readonly size: number;
  readonly sound: boolean;
  readonly checks: readonly CheckReport[];
  readonly notChecked: readonly string[];
}

export type OnProgress = (line: string) => void;

export async function fsck(
  { db, log, kept, vkey }: Pick<LogFolder, 'db' | 'log' | 'kept' | 'vkey'>,
  onProgress: OnProgress = () => undefined,
  checks: readonly Check[] = CHECKS,
): Promise<FsckReport> {
  db.exec('BEGIN');
  try {
    const { origin, size } = await log.head();
    const context: FsckContext = { db, origin, size, ...archivedIn(db), kept, vkey };
    const tallies = checks.map((check) => tallyOf(check, context));
    await readEntries(context, tallies, onProgress);
    for (const tally of tallies) {
      onProgress(`checking: ${tally.check.name}`);
      await tally.end();
    }
    const reports = tallies.map((tally) => tally.report());
    return {
      origin,
      size,
      sound: reports.every(({ faults }) => faults === 0),
      checks: reports,
      notChecked: tallies.flatMap((tally) => tally.ended?.notChecked ?? []),
    };
  } finally {
    // Nothing was written. SQLite ends the transaction by itself where it finds the file malformed.
    if (db.inTransaction) db.exec('ROLLBACK');
  }
}

function archivedIn(db: LogFolder['db']): Pick<FsckContext, 'archivedTo' | 'firstCall'> {
  // WHY all columns: a database of an older schema has none of these.
  const row = db.prepare<[], { archived_to?: number; first_call?: number }>('SELECT * FROM log_head').get();
  return { archivedTo: row?.archived_to ?? 0, firstCall: row?.first_call ?? 0 };
}

interface EntryRow {
  readonly idx: number;
  readonly header: Uint8Array;
  readonly leaf: Uint8Array;
}

async function readEntries(
  { db, size }: FsckContext,
  tallies: readonly Tally[],
  onProgress: OnProgress,
): Promise<void> {
  const page = db.prepare<[number, number], EntryRow>(
    'SELECT idx, header, leaf FROM entries WHERE idx > ? ORDER BY idx LIMIT ?',
  );
  let read = 0;
  try {
    for (let rows = page.all(Number.MIN_SAFE_INTEGER, ENTRIES_PER_TURN); rows.length > 0; ) {
      for (const { idx, header, leaf } of rows) {
        const parsed = parseEntry(header);
        const entry = { index: idx, header, leaf, entry: parsed.ok ? parsed.value : null };
        for (const { run } of tallies) run.entry?.(entry);
      }
      read += rows.length;
      onProgress(`read ${read} of ${size} entries`);
      await new Promise((resolve) => setImmediate(resolve));
      rows = page.all(rows.at(-1)?.idx ?? 0, ENTRIES_PER_TURN);
    }
  } catch (error) {
    unreadable(error, (fault) => tallies[0]?.found(fault));
  }
}

interface Tally {
  readonly check: Check;
  readonly run: CheckRun;
  readonly ended: CheckEnd | null;
  found(fault: Fault): void;
  end(): Promise<void>;
  report(): CheckReport;
}

function tallyOf(check: Check, context: FsckContext): Tally {
  const named: Fault[] = [];
  let faults = 0;
  let ended: CheckEnd | null = null;
  const found = (fault: Fault): void => {
    faults += 1;
    if (named.length < NAMED) named.push(fault);
  };
  const run = startOf();
  return {
    check,
    run,
    found,
    get ended() {
      return ended;
    },
    async end() {
      try {
        ended = await run.end();
      } catch (error) {
        unreadable(error, found);
      }
    },
    report: () => ({ name: check.name, checked: ended?.checked ?? 0, faults, named }),
  };

  function startOf(): CheckRun {
    try {
      return check.start(context, found);
    } catch (error) {
      unreadable(error, found);
      return { end: () => ({ checked: 0 }) };
    }
  }
}

/** A page that SQLite cannot read is a finding; anything else is a bug of ours. */
function unreadable(error: unknown, found: (fault: Fault) => void): void {
  if (!(error instanceof Database.SqliteError)) throw error;
  found({ place: null, message: `the database cannot be read to its end: ${error.message}` });
}
