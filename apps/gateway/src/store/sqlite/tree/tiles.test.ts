import {
  appendLeaf,
  type CompactRange,
  EMPTY_RANGE,
  parseBundle,
  perfectRoot,
  proveConsistency,
  proveInclusion,
  rangeRoot,
  splitHashes,
  toHex,
  utf8,
  leafHash,
  verifyConsistency,
  verifyInclusion,
} from '@countersign/audit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeStopped } from '../../testing-drafts.ts';
import type { PendingCommit } from '../requests/requests.ts';
import { createTreeReader } from '../readers/tree.ts';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { createTileKeeper, fillTiles } from './tiles.ts';
import { createWriter } from '../writer/writer.ts';

let test: TestDatabase;
beforeEach(() => {
  test = createTestDatabase();
});
afterEach(() => test.remove());

const batch = (entries: number): readonly PendingCommit[] => [
  { id: 1, time: 1, bytes: 1, request: { entries: Array.from({ length: entries }, nodeStopped) } },
];
const count = (): number => Number(test.db.prepare('SELECT count(*) FROM tiles').pluck().get());
const every = (): unknown => test.db.prepare('SELECT * FROM tiles ORDER BY level, idx').all();

describe('the tiles of a log', () => {
  it('are written with the entry that completes them, in one batch or over many', () => {
    const writer = createWriter(test.db, test.options);
    writer.apply(batch(254));
    expect(count()).toBe(0);
    writer.apply(batch(1));
    expect(count()).toBe(1);
    writer.apply(batch(700));
    expect(writer.head.size).toBe(956);
    expect(count()).toBe(3);
    const rows = test.db
      .prepare<[], { idx: number; root: Uint8Array; hashes: Uint8Array }>('SELECT * FROM tiles ORDER BY idx')
      .all();
    const leaves = test.db.prepare<[], Uint8Array>('SELECT leaf FROM entries ORDER BY idx').pluck().all();
    for (const { idx, root, hashes } of rows) {
      const expected = leaves.slice(256 * idx, 256 * idx + 256);
      expect(splitHashes(hashes).map(toHex)).toEqual(expected.map(toHex));
      expect(toHex(root)).toBe(toHex(perfectRoot(expected)));
    }
  });

  it('are gone with the batch that could not be committed', () => {
    const writer = createWriter(test.db, test.options);
    writer.apply(batch(200));
    const pages = Number(test.db.pragma('page_count', { simple: true }));
    test.db.pragma(`max_page_count = ${pages + 12}`);
    expect(writer.apply(batch(200)).failure).toMatchObject({ kind: 'unavailable' });
    expect(count()).toBe(0);
    test.db.pragma(`max_page_count = ${pages + 10_000}`);
    expect(writer.apply(batch(200)).failure).toBeNull();
    expect(count()).toBe(1);
  });

  it('are made anew from the entries where they are missing', () => {
    const { head } = prepared(1000);
    const before = every();
    test.db.exec('DELETE FROM tiles WHERE idx IN (0, 2)');
    expect(fillTiles(test.db, head.range)).toBe(2);
    expect(fillTiles(test.db, head.range)).toBe(0);
    expect(new Set(every() as object[])).toEqual(new Set(before as object[]));
  });

  it('are not made from an entry that does not hash to its leaf', () => {
    prepared(600);
    test.db.exec(`DELETE FROM tiles; DROP TRIGGER entries_no_update;
      UPDATE entries SET header = CAST(header || x'20' AS BLOB) WHERE idx = 300`);
    expect(() => createWriter(test.db, test.options)).toThrow(/entry 300 does not hash to its leaf/);
  });

  it.each([
    [
      'a hash of the newest tile',
      'UPDATE tiles SET hashes = zeroblob(8192) WHERE idx = 1',
      /tile 1 of level 0/,
    ],
    [
      'the root of any tile',
      'UPDATE tiles SET root = zeroblob(32) WHERE idx = 0',
      /do not add up to its head/,
    ],
    [
      'a tile beyond the log',
      'INSERT INTO tiles VALUES (0, 2, zeroblob(32), zeroblob(8192))',
      /more entries than the 601/,
    ],
    [
      'a tile of no level',
      'INSERT INTO tiles VALUES (7, 0, zeroblob(32), zeroblob(8192))',
      /tiles of level 7 for more/,
    ],
  ])('keep the log from being opened where it is not its entries’: %s', (_, sql, message) => {
    prepared(600);
    test.db.exec(sql);
    expect(() => createWriter(test.db, test.options)).toThrow(message);
  });
});

describe('the tree as it is read', () => {
  it('proves every kind of place, over several levels of tiles', async () => {
    // Entries straight into the table: sixty-six thousand through the writer would take their time.
    const leaves: Uint8Array[] = [];
    const ranges = new Map<number, CompactRange>();
    const insert = test.db.prepare('INSERT INTO entries (idx, header, leaf) VALUES (?, ?, ?)');
    const tiles = createTileKeeper(test.db);
    let range: CompactRange = EMPTY_RANGE;
    test.db.transaction(() => {
      for (let index = 0; index < 66_000; index += 1) {
        const header = utf8(JSON.stringify({ index, kind: 'call.decided' }));
        const leaf = leafHash(header);
        leaves.push(leaf);
        insert.run(index, header, leaf);
        tiles.complete(range, leaf);
        range = appendLeaf(range, leaf);
        ranges.set(range.size, range);
      }
    })();
    expect(count()).toBe(258);
    expect(fillTiles(test.db, range)).toBe(0);
    const { node } = createTreeReader(test.db);
    const rootAt = (size: number): Uint8Array => rangeRoot(ranges.get(size) ?? EMPTY_RANGE);
    for (const size of [1, 256, 257, 65_535, 65_536, 65_537, 66_000]) {
      for (const index of [0, 255, 256, 65_535, 65_536, 65_999].filter((at) => at < size)) {
        const claim = { index, size, leaf: leaves[index] as Uint8Array, root: rootAt(size) };
        expect(verifyInclusion(claim, await proveInclusion(index, size, node))).toBe(true);
      }
      for (const older of [1, 255, 256, 300, 65_536, 65_999].filter((at) => at <= size)) {
        const claim = {
          older: { size: older, root: rootAt(older) },
          newer: { size, root: rootAt(size) },
        };
        expect(verifyConsistency(claim, await proveConsistency(older, size, node))).toBe(true);
      }
    }
  });

  it('gives tiles and bundles as far as the log goes, and none beyond', async () => {
    prepared(300);
    const tree = createTreeReader(test.db);
    expect((await tree.tile(0, 0))?.length).toBe(8192);
    expect((await tree.tile(0, 0, 7))?.length).toBe(7 * 32);
    expect((await tree.tile(0, 1, 45))?.length).toBe(45 * 32);
    expect(await tree.tile(0, 1, 46)).toBeNull();
    expect((await tree.tile(1, 0, 1))?.length).toBe(32);
    expect(await tree.tile(1, 0, 2)).toBeNull();
    expect(await tree.tile(0, 2, 1)).toBeNull();
    expect(await tree.tile(63, 0, 1)).toBeNull();
    const bundle = parseBundle((await tree.entryBundle(1, 45)) ?? new Uint8Array(), 45);
    const hashes = splitHashes((await tree.tile(0, 1, 45)) ?? new Uint8Array());
    expect(bundle.ok && bundle.value.map((header) => toHex(leafHash(header)))).toEqual(hashes.map(toHex));
    expect(await tree.entryBundle(1, 46)).toBeNull();
  });

  it('says that a log does not have what was asked for, or has lost it', async () => {
    prepared(300);
    const { node } = createTreeReader(test.db);
    await expect(node({ level: 0, index: 301 })).rejects.toThrow(RangeError);
    await expect(node({ level: 8, index: 1 })).rejects.toThrow(RangeError);
    test.db.exec('DROP TRIGGER entries_no_delete; DELETE FROM entries WHERE idx = 270');
    await expect(node({ level: 4, index: 16 })).rejects.toThrow(/entries 256 to 271 are missing/);
  });
});

function prepared(entries: number): ReturnType<typeof createWriter> {
  const writer = createWriter(test.db, test.options);
  writer.apply(batch(entries));
  return writer;
}
