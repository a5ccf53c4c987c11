// The projection of the log (the table of calls) against what the log's own entries give, built anew in a database of its
// own: a row that was hidden, changed or invented.
import { isDeepStrictEqual } from 'node:util';
import { parseEntry } from '@countersign/audit';
import Database from 'better-sqlite3';
import { project } from '../../store/projection.ts';
import { createChangeApplier } from '../../store/sqlite/writer/changes.ts';
import { readColumns } from '../../store/sqlite/writer/columns.ts';
import { createEntryRange } from '../../store/sqlite/entries/entries.ts';
import { migrate } from '../../store/sqlite/migrate.ts';
import type { Check, CheckEnd, Fault, FsckContext } from './check.ts';

type CallRow = Readonly<Record<string, unknown>> & { readonly id: string };

export const projectionCheck: Check = {
  name: 'index',
  start: (context, found) => ({
    end() {
      // The empty name: a database on disk that is gone with its connection.
      const aside = new Database('');
      try {
        migrate(aside);
        return compare(context, aside, found);
      } finally {
        aside.close();
      }
    },
  }),
};

function compare(context: FsckContext, aside: Database.Database, found: (fault: Fault) => void): CheckEnd {
  const { db, firstCall } = context;
  const withheld = rebuild(context, aside);
  const all = `SELECT * FROM calls WHERE seq >= ${firstCall} ORDER BY id`;
  const one = 'SELECT * FROM calls WHERE id = ?';
  const fault = (id: string, what: string): void =>
    found({ place: { table: 'calls', row: id }, message: `call ${id} ${what}` });
  const rebuilt = aside.prepare<[string], CallRow>(one);
  for (const row of db.prepare<[], CallRow>(all).iterate()) {
    const wanted = rebuilt.get(row.id);
    if (wanted === undefined) fault(row.id, 'is in the index, and no entry tells of it');
    else if (withheld === 0 && !isDeepStrictEqual(row, wanted))
      fault(row.id, `differs in ${differences(row, wanted)}`);
  }
  const stored = db.prepare<[string], CallRow>(one);
  let checked = 0;
  for (const { id } of aside.prepare<[], CallRow>(all).iterate()) {
    checked += 1;
    if (stored.get(id) === undefined) fault(id, 'is in the log and missing from the index');
  }
  return {
    checked,
    notChecked:
      withheld === 0
        ? []
        : [`what the index says of calls: the keys of the values of ${withheld} entries are not here`],
  };
}

/** Fills the calls of `aside` from the entries of `db`; returns how many have values that cannot be read here. */
function rebuild({ db, archivedTo }: FsckContext, aside: Database.Database): number {
  // What calls are numbered from.
  const heads = db.prepare<[], Record<string, unknown>>('SELECT * FROM log_head').all();
  for (const head of heads) {
    const names = Object.keys(head);
    aside
      .prepare(`INSERT INTO log_head (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`)
      .run(...Object.values(head));
  }
  const changes = createChangeApplier(aside, readColumns(aside));
  let withheld = 0;
  aside.transaction(() => {
    for (const stored of createEntryRange(db)(archivedTo, Number.MAX_SAFE_INTEGER)) {
      const entry = parseEntry(stored.header);
      // The check of entries names it.
      if (!entry.ok) continue;
      if (stored.withheld === true) withheld += 1;
      const values = new Map(stored.details.map(({ name, value }) => [name, value]));
      for (const change of project(entry.value, values)) changes.applyToCalls(change);
    }
  })();
  return withheld;
}

function differences(row: CallRow, wanted: CallRow): string {
  return Object.keys(wanted)
    .filter((name) => !isDeepStrictEqual(row[name], wanted[name]))
    .map((name) => `\`${name}\``)
    .join(', ');
}
