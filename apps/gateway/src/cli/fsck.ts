// Compares the projection of a log (the table of calls) and the heads of its chains with what the log's own entries
// give, built anew in a database of its own. Reads one snapshot of the log, so that it can run beside a gateway.
import { isDeepStrictEqual } from 'node:util';
import { equalBytes, parseEntry } from '@countersign/audit';
import Database from 'better-sqlite3';
import { project } from '../store/projection.ts';
import { createChangeApplier } from '../store/sqlite/changes.ts';
import { readColumns } from '../store/sqlite/columns.ts';
import { createEntryRange } from '../store/sqlite/entries.ts';
import { migrate } from '../store/sqlite/migrate.ts';

export interface FsckResult {
  readonly entries: number;
  /** Calls that the log tells of, and rows that are there. */
  readonly expected: number;
  readonly found: number;
  /** One sentence each; empty when all agrees. */
  readonly faults: readonly string[];
}

interface ChainHead {
  readonly seq: number;
  readonly index: number;
  readonly leaf: Uint8Array;
}

export function checkProjection(db: Database.Database): FsckResult {
  // The empty name: a database on disk that is gone with its connection.
  const aside = new Database('');
  try {
    migrate(aside);
    return db.transaction(() => compare(db, aside))();
  } finally {
    aside.close();
  }
}

function compare(db: Database.Database, aside: Database.Database): FsckResult {
  const faults: string[] = [];
  const { entries, chains } = rebuild(db, aside, faults);
  const head = db.prepare<[], number>('SELECT size FROM log_head').pluck().get();
  if (head !== entries) faults.push(`the head of the log says ${head} entries, there are ${entries}`);
  const [found, expected] = [db, aside].map((each) =>
    Number(each.prepare('SELECT count(*) FROM calls').pluck().get()),
  );
  compareCalls(db, aside, faults);
  compareChains(db, chains, faults);
  return { entries, expected: expected ?? 0, found: found ?? 0, faults };
}

/** Fills the calls of `aside` from the entries of `db`, and follows each chain to its head. */
function rebuild(db: Database.Database, aside: Database.Database, faults: string[]) {
  const changes = createChangeApplier(aside, readColumns(aside));
  const chains = new Map<string, ChainHead>();
  let entries = 0;
  aside.transaction(() => {
    for (const { index, header, leaf, details } of createEntryRange(db)(0, Number.MAX_SAFE_INTEGER)) {
      entries += 1;
      const entry = parseEntry(header);
      if (!entry.ok) {
        faults.push(`entry ${index} is malformed: ${entry.error.message}`);
        continue;
      }
      const { chain } = entry.value;
      if (chain !== null) chains.set(chain.id, { seq: chain.seq, index, leaf });
      const values = new Map(details.map(({ name, value }) => [name, value]));
      for (const change of project(entry.value, values)) changes.applyToCalls(change);
    }
  })();
  return { entries, chains };
}

type CallRow = Readonly<Record<string, unknown>> & { readonly id: string };

function compareCalls(db: Database.Database, aside: Database.Database, faults: string[]): void {
  const all = 'SELECT * FROM calls ORDER BY id';
  const one = 'SELECT * FROM calls WHERE id = ?';
  const rebuilt = aside.prepare<[string], CallRow>(one);
  for (const row of db.prepare<[], CallRow>(all).iterate()) {
    const wanted = rebuilt.get(row.id);
    if (wanted === undefined) faults.push(`call ${row.id} is in the index, and no entry tells of it`);
    else if (!isDeepStrictEqual(row, wanted))
      faults.push(`call ${row.id} differs in ${differences(row, wanted)}`);
  }
  const stored = db.prepare<[string], CallRow>(one);
  for (const { id } of aside.prepare<[], CallRow>(all).iterate()) {
    if (stored.get(id) === undefined) faults.push(`call ${id} is in the log and missing from the index`);
  }
}

function compareChains(db: Database.Database, chains: Map<string, ChainHead>, faults: string[]): void {
  const heads = db.prepare<[], { id: string; seq: number; last_index: number; last_leaf: Uint8Array }>(
    'SELECT id, seq, last_index, last_leaf FROM chains',
  );
  for (const { id, seq, last_index, last_leaf } of heads.iterate()) {
    const head = chains.get(id);
    chains.delete(id);
    if (head === undefined) faults.push(`chain ${id} has a head, and no entry belongs to it`);
    else if (head.seq !== seq || head.index !== last_index || !equalBytes(head.leaf, last_leaf)) {
      faults.push(`the head of chain ${id} is entry ${last_index}, in the log it is entry ${head.index}`);
    }
  }
  for (const id of chains.keys()) faults.push(`chain ${id} is in the log and has no head`);
}

function differences(row: CallRow, wanted: CallRow): string {
  return Object.keys(wanted)
    .filter((name) => !isDeepStrictEqual(row[name], wanted[name]))
    .map((name) => `\`${name}\``)
    .join(', ');
}
