// The index of calls by numbers: for each stretch of the log, as many calls as its entries tell of, numbered without
// gaps; and what finds them, byte for byte what their rows make of it.
import type Database from 'better-sqlite3';
import { isFrequentKind } from '../../search/kinds.ts';
import { COUNTED, type Counts, createLogCounter, STRETCH } from '../../search/log-counts.ts';
import { createPackedCheck, PACKED_FACETS } from '../../store/sqlite/calls/check-packed.ts';
import type { Check, Fault, FsckContext } from './check.ts';

type Found = (fault: Fault) => void;

export const countCheck: Check = {
  name: 'counts',
  start({ db, archivedTo, firstCall }, found) {
    const counter = createLogCounter();
    const kinds = new Map<string, KindSum>();
    return {
      entry({ entry }) {
        if (entry === null || entry.index < archivedTo) return;
        counter.add(entry);
        if (isFrequentKind(entry.kind)) return;
        const { count, sum } = kinds.get(entry.kind) ?? { count: 0, sum: 0 };
        kinds.set(entry.kind, { count: count + 1, sum: sum + entry.index });
      },
      end() {
        const stretches = compareCounts({ db, firstCall }, counter.counts, found);
        checkNumbering({ db, firstCall }, found);
        compareKinds({ db, archivedTo }, kinds, found);
        return { checked: stretches + checkPacked(db, found) };
      },
    };
  },
};

interface KindSum {
  readonly count: number;
  /** Of their indexes. */
  readonly sum: number;
}

function compareKinds(
  { db, archivedTo }: Pick<FsckContext, 'db' | 'archivedTo'>,
  recorded: ReadonlyMap<string, KindSum>,
  found: Found,
): void {
  const rows = db
    .prepare<[number], KindSum & { kind: string }>(
      'SELECT kind, count(*) AS count, sum(idx) AS sum FROM entry_kinds WHERE idx >= ? GROUP BY kind',
    )
    .all(archivedTo);
  const listed = new Map(rows.map((row) => [row.kind, row]));
  for (const kind of new Set([...recorded.keys(), ...listed.keys()])) {
    const [log, list] = [recorded.get(kind), listed.get(kind)];
    if (log?.count === list?.count && log?.sum === list?.sum) continue;
    const said = `the list of \`${kind}\` entries has ${list?.count ?? 0}, the log ${log?.count ?? 0}`;
    const message = log?.count === list?.count ? `${said}, but others` : said;
    found({ place: { table: 'entry_kinds', row: kind }, message });
  }
}

function compareCounts(
  of: Pick<FsckContext, 'db' | 'firstCall'>,
  recorded: ReadonlyMap<number, Counts>,
  found: Found,
): number {
  const shown = shownCounts(of);
  const stretches = [...new Set([...recorded.keys(), ...shown.keys()])].sort((a, b) => a - b);
  for (const stretch of stretches) {
    const [from, to] = [stretch * STRETCH, (stretch + 1) * STRETCH - 1];
    const differences = COUNTED.flatMap((what) => {
      const [log, index] = [recorded.get(stretch)?.[what] ?? 0, shown.get(stretch)?.[what] ?? 0];
      return log === index ? [] : [`${what} ${index} instead of ${log}`];
    });
    if (differences.length > 0) {
      found({
        place: { entry: from },
        message: `the index has other numbers of calls than entries ${from} to ${to} tell of: ${differences.join(', ')}`,
      });
    }
  }
  return stretches.length;
}

function shownCounts({ db, firstCall }: Pick<FsckContext, 'db' | 'firstCall'>): ReadonlyMap<number, Counts> {
  const counts = new Map<number, Counts>();
  const add = (what: keyof Counts, rows: readonly { readonly stretch: number; readonly count: number }[]) => {
    for (const { stretch, count } of rows) {
      const at = counts.get(stretch) ?? { begun: 0, allow: 0, deny: 0, hold: 0, ended: 0 };
      at[what] = count;
      counts.set(stretch, at);
    }
  };
  const by = (column: string, where: string) =>
    db
      .prepare<[number], { stretch: number; count: number }>(
        `SELECT ${column} / ${STRETCH} AS stretch, count(*) AS count FROM calls WHERE seq >= ? AND ${where} GROUP BY 1`,
      )
      .all(firstCall);
  add('begun', by('first_index', 'TRUE'));
  for (const decision of ['allow', 'deny', 'hold'] as const)
    add(decision, by('decided_index', `decision = '${decision}'`));
  // What ends with the refusal, or with the use, of an approval has no entry of its own.
  add('ended', by('ended_index', "state IN ('completed', 'unknown') AND outcome IS NOT 'retried'"));
  return counts;
}

function checkNumbering({ db, firstCall }: Pick<FsckContext, 'db' | 'firstCall'>, found: Found): void {
  const row = db
    .prepare<[number], { count: number; least: number | null; most: number | null }>(
      'SELECT count(*) AS count, min(seq) AS least, max(seq) AS most FROM calls WHERE seq >= ?',
    )
    .get(firstCall);
  if (
    row === undefined ||
    row.count === 0 ||
    (row.least === firstCall && row.most === firstCall + row.count - 1)
  )
    return;
  const said = `the ${row.count} calls of the index are numbered ${row.least} to ${row.most}, not from ${firstCall} without gaps`;
  found({ place: null, message: said });
}

/** Returns how many parts were compared. */
function checkPacked(db: Database.Database, found: Found): number {
  const total = db.prepare<[], number>('SELECT count(*) FROM call_index').pluck();
  const check = createPackedCheck(db);
  const { from, to } = check.segments();
  let seen = 0;
  for (let segment = from; segment < to; segment += 1) {
    const { parts, faults } = check.compare(PACKED_FACETS, segment);
    seen += parts;
    for (const { place, message } of faults)
      found({ place: { table: 'call_index', row: String(place) }, message });
  }
  const more = (total.get() ?? 0) - seen;
  if (more > 0) found({ place: null, message: `the index has ${more} parts that no call belongs in` });
  return seen;
}
