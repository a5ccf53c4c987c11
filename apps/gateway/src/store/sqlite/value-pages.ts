// What is stored beside the entries of a log, opened as far as the keys are there, in pages: for whoever checks all of it.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { parseEntryText, type StoredValues } from '@countersign/audit';
import type Database from 'better-sqlite3';
import { openerOf, type PayloadOpener } from '../payload/opener.ts';

const PAGE = 128;

type Row = readonly [index: number, header: string, key: number | null, sealed: Uint8Array | null];

/** Those below `to`, ascending by index. Entries that are malformed are left out: they commit to nothing. */
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
    yield page.flatMap((row) => valuesOf(row, opener));
    if (page.length < PAGE) return;
    next = last[0] + 1;
    await nextTurn();
  }
}

function valuesOf([index, text, key, sealed]: Row, opener: PayloadOpener): readonly StoredValues[] {
  const entry = parseEntryText(text);
  if (entry === null) return [];
  if (key === null || sealed === null) return [{ entry, details: [] }];
  const opened = opener.entry(index, key, sealed);
  switch (opened) {
    case 'erased':
      return [{ entry, details: [] }];
    case 'withheld':
      return [{ entry, details: [], withheld: true }];
    case 'damaged':
      return [{ entry, details: [], damaged: true }];
    default:
      return [{ entry, details: opened }];
  }
}
