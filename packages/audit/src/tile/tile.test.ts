import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { equalBytes, utf8 } from '../bytes.ts';
import { leafHash, nodeHash } from '../merkle.ts';
import { proveConsistency, proveInclusion } from '../proof/prove.ts';
import { verifyConsistency, verifyInclusion } from '../proof/verify.ts';
import { sha256 } from '../sha256.ts';
import { encodeBundle, parseBundle } from './bundle.ts';
import { joinHashes, perfectRoot } from './hashes.ts';
import { bundlePath, parseBundlePath, parseTilePath, tilePath } from './path.ts';
import { isTileIn, partialTiles, sliceOfNode, type Tile, tileIn } from './place.ts';
import { type FetchTile, openTileTree, TileError } from './tree.ts';

describe('the name of a tile', () => {
  it('is the one that C2SP gives it', () => {
    expect(tilePath({ level: 0, index: 1234067, width: 256 })).toBe('tile/0/x001/x234/067');
    expect(tilePath({ level: 2, index: 0, width: 1 })).toBe('tile/2/000.p/1');
    expect(tilePath({ level: 63, index: 1000, width: 255 })).toBe('tile/63/x001/000.p/255');
    expect(bundlePath({ index: 273, width: 112 })).toBe('tile/entries/273.p/112');
  });

  it('is read as what it stands for', () => {
    const tile = fc.record({
      level: fc.integer({ min: 0, max: 63 }),
      index: fc.oneof(fc.nat(2000), fc.maxSafeNat()),
      width: fc.integer({ min: 1, max: 256 }),
    });
    fc.assert(
      fc.property(tile, (one) => {
        expect(parseTilePath(tilePath(one))).toEqual(one);
        const { index, width } = one;
        expect(parseBundlePath(bundlePath({ index, width }))).toEqual({ index, width });
      }),
    );
  });

  it.each([
    'tile/00/000',
    'tile/64/000',
    'tile/-1/000',
    'tile/0/0',
    'tile/0/0000',
    'tile/0/x000/001',
    'tile/0/x001',
    'tile/0/001/002',
    'tile/0/x001/x02',
    'tile/0/000.p/0',
    'tile/0/000.p/01',
    'tile/0/000.p/256',
    'tile/0/000.p/999',
    'tile/0/000.p/',
    'tile/0/000/',
    'tile/0/000\n',
    '/tile/0/000',
    'tile/0/x999/x999/x999/x999/x999/x999/999',
    'tile/entries/000',
    'tile/0/٠٠٠',
  ])('is not `%s`', (path) => {
    expect(parseTilePath(path)).toBeNull();
  });

  it('is not that of a bundle either way', () => {
    for (const path of ['tile/entries/0', 'tile/entries/000.p/256', 'tile/0/000', 'entries/000'])
      expect(parseBundlePath(path)).toBeNull();
  });
});

test('a tree of 70,000 leaves has the partial tiles that the specification counts', () => {
  expect(partialTiles(70_000)).toEqual([
    { level: 0, index: 273, width: 112 },
    { level: 1, index: 1, width: 17 },
    { level: 2, index: 0, width: 1 },
  ]);
  expect(partialTiles(256)).toEqual([{ level: 1, index: 0, width: 1 }]);
  expect(partialTiles(0)).toEqual([]);
  expect(tileIn(70_000, { level: 0, index: 273 })).toEqual({ level: 0, index: 273, width: 112 });
  expect(tileIn(70_000, { level: 0, index: 274 })).toBeNull();
  expect(isTileIn(70_000, { level: 0, index: 273, width: 113 })).toBe(false);
});

test('a node lies in one tile, whatever its level and however large the tree', () => {
  expect(sliceOfNode({ level: 0, index: 257 })).toEqual({ level: 0, index: 1, from: 1, to: 2 });
  expect(sliceOfNode({ level: 7, index: 3 })).toEqual({ level: 0, index: 1, from: 128, to: 256 });
  expect(sliceOfNode({ level: 8, index: 3 })).toEqual({ level: 1, index: 0, from: 3, to: 4 });
  expect(sliceOfNode({ level: 3, index: 2 ** 49 })).toEqual({ level: 0, index: 2 ** 44, from: 0, to: 8 });
});

describe('a bundle', () => {
  const headers = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 256 });

  it('gives back the headers that went in', () => {
    fc.assert(
      fc.property(headers, (each) => {
        const read = parseBundle(encodeBundle(each), each.length);
        expect(read.ok && read.value.every((header, at) => equalBytes(header, each[at] as Uint8Array))).toBe(
          true,
        );
      }),
    );
  });

  it('is refused when it is cut, longer, or of another width', () => {
    fc.assert(
      fc.property(headers, fc.nat(), (each, seed) => {
        const bytes = encodeBundle(each);
        expect(parseBundle(bytes.subarray(0, seed % bytes.length), each.length).ok).toBe(false);
        expect(parseBundle(Uint8Array.of(...bytes, 0), each.length).ok).toBe(false);
        expect(parseBundle(bytes, each.length + 1).ok).toBe(false);
      }),
    );
  });

  it('takes no header that its length cannot tell', () => {
    expect(() => encodeBundle([new Uint8Array(65_536)])).toThrow(TypeError);
  });
});

describe('a tree read from tiles', () => {
  const SIZE = 66_000;
  const leaves = Array.from({ length: SIZE }, (_, at) => leafHash(utf8(`entry ${at}`)));
  const rows: Uint8Array[][] = [leaves];
  for (let below: readonly Uint8Array[] = leaves; below.length >= 256; ) {
    const row = Array.from({ length: Math.floor(below.length / 256) }, (_, at) =>
      perfectRoot(below.slice(256 * at, 256 * at + 256)),
    );
    rows.push(row);
    below = row;
  }
  const serve: FetchTile = async ({ level, index, width }) =>
    joinHashes((rows[level] ?? []).slice(256 * index, 256 * index + width));
  /** By the definition in RFC 6962 section 2.1. */
  const rootOf = (hashes: readonly Uint8Array[]): Uint8Array => {
    if (hashes.length === 1) return hashes[0] as Uint8Array;
    const split = 2 ** (Math.ceil(Math.log2(hashes.length)) - 1);
    return nodeHash(rootOf(hashes.slice(0, split)), rootOf(hashes.slice(split)));
  };
  const root = rootOf(leaves);
  const treeOf = async (size: number) => {
    const opened = await openTileTree({ size, root: rootOf(leaves.slice(0, size)) }, serve);
    if (!opened.ok) throw new Error(opened.error.message);
    return opened.value;
  };

  it.each([1, 255, 256, 257, 511, 65_535, 65_536, 65_537, SIZE])(
    'of %i leaves has proofs that verify',
    async (size) => {
      const tree = await treeOf(size);
      const whole = rootOf(leaves.slice(0, size));
      for (const index of new Set([0, 1, size >> 1, size - 1].filter((at) => at < size))) {
        const proof = await proveInclusion(index, size, tree.node);
        expect(verifyInclusion({ index, size, root: whole, leaf: leaves[index] as Uint8Array }, proof)).toBe(
          true,
        );
      }
      for (const older of new Set([1, (size >> 1) + 1, size])) {
        const proof = await proveConsistency(older, size, tree.node);
        const claim = {
          older: { size: older, root: rootOf(leaves.slice(0, older)) },
          newer: { size, root: whole },
        };
        expect(verifyConsistency(claim, proof)).toBe(true);
      }
      await expect(tree.node({ level: 0, index: size })).rejects.toThrow(RangeError);
    },
  );

  it('is refused, or the tile is, when any bit of a tile was turned over', async () => {
    const everyTile = [...Array(3).keys()].flatMap((level) =>
      [...Array(300).keys()].flatMap((index) => tileIn(SIZE, { level, index }) ?? []),
    );
    const sound = await treeOf(SIZE);
    for (const { level, index } of everyTile) await sound.hashes(level, index);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...everyTile), fc.nat(), async (bad: Tile, seed) => {
        const fetch: FetchTile = async (tile) => {
          const bytes = await serve(tile);
          if (tile.level === bad.level && tile.index === bad.index) {
            const bit = seed % (bytes.length * 8);
            bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
          }
          return bytes;
        };
        const found = await openTileTree({ size: SIZE, root }, fetch)
          .then(
            async (opened): Promise<unknown> =>
              opened.ok ? opened.value.hashes(bad.level, bad.index) : opened.error.code,
          )
          .catch((error: unknown) => (error instanceof TileError ? 'tile_malformed' : error));
        expect(found).toBe('tile_malformed');
      }),
      { numRuns: 200 },
    );
  });

  it('refuses tiles that are longer or shorter than asked for', async () => {
    const cut: FetchTile = async (tile) => (await serve(tile)).subarray(0, 31);
    expect((await openTileTree({ size: 7, root: rootOf(leaves.slice(0, 7)) }, cut)).ok).toBe(false);
  });

  it('needs nothing fetched to be empty', async () => {
    const none: FetchTile = () => Promise.reject(new Error('nothing is there to be fetched'));
    expect((await openTileTree({ size: 0, root: sha256() }, none)).ok).toBe(true);
    expect((await openTileTree({ size: 0, root }, none)).ok).toBe(false);
  });
});
