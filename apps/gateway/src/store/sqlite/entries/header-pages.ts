// The headers of a log in large pages, without what is stored beside them, for whoever reads all of them and little else.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { StoredEntry } from '@countersign/audit';
import type Database from 'better-sqlite3';

const PAGE = 256;

/** Index, header as text, leaf hash in hex, length of the header in bytes. */
type Row = readonly [index: number, text: string, leaf: string, length: number];

/**
 * Those below `to`, ascending by index. `details` is empty in all of them, which says nothing of whether there are any. The
 * bytes of a page are good until the next one is asked for.
 * WHY as text: the driver makes a buffer for each blob, and the collector of each of those costs more than reading it.
 */
export async function* headerPages(
  db: Database.Database,
  to: number,
): AsyncGenerator<readonly StoredEntry[], void> {
  const rows = db
    .prepare<[number, number], Row>(
      `SELECT idx, CAST(header AS TEXT), hex(leaf), length(header) FROM entries
       WHERE idx >= ? AND idx < ? ORDER BY idx LIMIT ${PAGE}`,
    )
    .raw();
  const exact = db.prepare<[number], Buffer>('SELECT header FROM entries WHERE idx = ?').pluck();
  const encode = createEncoder((index) => exact.get(index) ?? new Uint8Array(0));
  for (let next = 0; ; ) {
    const page = rows.all(next, to);
    const last = page.at(-1);
    if (last === undefined) return;
    yield encode(page);
    if (page.length < PAGE) return;
    next = last[0] + 1;
    await nextTurn();
  }
}

const encoder = new TextEncoder();
const REPLACED = '\u{fffd}';

/** WHY one buffer for all pages: what is outside the heap is freed late, and a million headers are a gigabyte. */
function createEncoder(
  exact: (index: number) => Uint8Array,
): (page: readonly Row[]) => readonly StoredEntry[] {
  let bytes = Buffer.alloc(0);
  return (page) => {
    const space = page.reduce((sum, [, , leaf, length]) => sum + length + leaf.length / 2, 0);
    if (bytes.length < space) bytes = Buffer.allocUnsafeSlow(space * 2);
    let at = 0;
    return page.map(([index, text, leaf, length]) => {
      const header = bytes.subarray(at, at + length);
      const { written } = encoder.encodeInto(text, header);
      // What is no UTF-8 does not come back as it was: such a header is read as it is.
      const isSame = written === length && !text.includes(REPLACED);
      const leafAt = at + length;
      at = leafAt + bytes.write(leaf, leafAt, 'hex');
      return { index, header: isSame ? header : exact(index), leaf: bytes.subarray(leafAt, at), details: [] };
    });
  };
}
