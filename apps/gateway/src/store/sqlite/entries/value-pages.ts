// What is stored beside the entries of a log, opened as far as the keys are there, in pages: for whoever checks all of it.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { StoredValues } from '@countersign/audit';
import type Database from 'better-sqlite3';
import { openerOf, type PayloadOpener, openedValues } from '../../payload/opener.ts';

const PAGE = 128;
/** Of the sealed values of one entry: what is larger is read by itself. */
const MAX_PACKED_BYTES = 16_384;

type Row = readonly [index: number, header: string];

interface Sealed {
  readonly key: number;
  readonly sealed: Uint8Array;
}

/**
 * Those below `to`, ascending by index. Each entry's values are opened when it is asked for.
 * WHY not a page at once: values that live as long as their page outlive the nursery, and collecting them costs more than
 * opening them; and one entry may have megabytes.
 */
export async function* valuePages(
  db: Database.Database,
  to: number,
): AsyncGenerator<Iterable<StoredValues>, void> {
  const opener = openerOf(db);
  const rows = db
    .prepare<[number, number], Row>(
      `SELECT idx, CAST(header AS TEXT) FROM entries WHERE idx >= ? AND idx < ? ORDER BY idx LIMIT ${PAGE}`,
    )
    .raw();
  const payloads = createPayloadPages(db);
  for (let next = 0; ; ) {
    const page = rows.all(next, to);
    const last = page.at(-1);
    if (last === undefined) return;
    yield opened(page, payloads(next, last[0] + 1), opener);
    if (page.length < PAGE) return;
    next = last[0] + 1;
    await nextTurn();
  }
}

function* opened(
  page: readonly Row[],
  sealedOf: (index: number) => Sealed | null,
  opener: PayloadOpener,
): Generator<StoredValues, void> {
  for (const [index, header] of page) {
    const stored = sealedOf(index);
    const values = stored === null ? 'erased' : opener.glance(index, stored.key, stored.sealed);
    yield typeof values === 'string' ? { header, ...openedValues(values) } : { header, details: values };
  }
}

/** Index, key and length of each; a key and length of null for those that are not packed. */
const NUMBERS = 3;

/**
 * Sealed values from one index up to, not including, another, to be asked for in ascending order.
 * WHY in one buffer: the driver makes one for each blob, outside the heap, which costs more than to open what is in it.
 */
function createPayloadPages(
  db: Database.Database,
): (from: number, to: number) => (index: number) => Sealed | null {
  // What is of other types or sizes than a gateway writes is read as it is.
  const packs = `typeof(key) = 'integer' AND typeof(sealed) = 'blob' AND octet_length(sealed) <= ${MAX_PACKED_BYTES}`;
  const packed = db
    .prepare<[number, number], readonly [Uint8Array | null, string | null]>(
      `SELECT CAST(group_concat(CASE WHEN ${packs} THEN sealed END, '') AS BLOB),
              group_concat(idx || ',' || CASE WHEN ${packs} THEN key || ',' || octet_length(sealed) ELSE 'null,null' END)
       FROM (SELECT idx, key, sealed FROM payloads WHERE idx >= ? AND idx < ? ORDER BY idx)`,
    )
    .raw();
  const single = db.prepare<[number], Sealed>('SELECT key, sealed FROM payloads WHERE idx = ?');
  // A text to SQL is the bytes of the blob in a database of UTF-8 only, as all of ours are.
  if (db.pragma('encoding', { simple: true }) !== 'UTF-8') return () => (index) => single.get(index) ?? null;
  return (from, to) => {
    const [bytes, list] = packed.get(from, to) ?? [null, null];
    const numbers = JSON.parse(`[${list ?? ''}]`) as readonly (number | null)[];
    let i = 0;
    let at = 0;
    return (index) => {
      for (; (numbers[i] ?? Infinity) < index; i += NUMBERS) at += numbers[i + 2] ?? 0;
      if (numbers[i] !== index) return null;
      const key = numbers[i + 1] ?? null;
      const length = numbers[i + 2] ?? null;
      if (bytes === null || key === null || length === null) return single.get(index) ?? null;
      return { key, sealed: bytes.subarray(at, at + length) };
    };
  };
}
