// What is stored beside the entries of a log, opened as far as the keys are there, in pages: for whoever checks all of it.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { StoredValues } from '@countersign/audit';
import type Database from 'better-sqlite3';
import { openerOf, type PayloadOpener } from '../payload/opener.ts';

const PAGE = 128;

type Row = readonly [index: number, header: string, key: number | null, sealed: Uint8Array | null];

/** Those below `to`, ascending by index. */
export async function* valuePages(
  db: Database.Database,
  to: number,
): AsyncGenerator<readonly StoredValues[], void> {
  const opener = openerOf(db);
  const rows = db
    .prepare<[number, number], Row>(
      `SELECT e.idx, CAST(e.header AS TEXT), p.key, p.sealed
       FROM entries e LEFT JOIN payloads p ON p.idx = e.idx
       WHERE e.idx >= ? AND e.idx < ? ORDER BY e.idx LIMIT ${PAGE}`,
    )
    .raw();
  for (let next = 0; ; ) {
    const page = rows.all(next, to);
    const last = page.at(-1);
    if (last === undefined) return;
    yield page.map((row) => valuesOf(row, opener));
    if (page.length < PAGE) return;
    next = last[0] + 1;
    await nextTurn();
  }
}

function valuesOf([index, header, key, sealed]: Row, opener: PayloadOpener): StoredValues {
  if (key === null || sealed === null) return { header, details: [] };
  const opened = opener.entry(index, key, sealed);
  switch (opened) {
    case 'erased':
      return { header, details: [] };
    case 'withheld':
      return { header, details: [], withheld: true };
    case 'damaged':
      return { header, details: [], damaged: true };
    default:
      return { header, details: opened };
  }
}
