// The sealed values of up to 256 entries as one file of an archive: as they are in the database, so that destroying a key
// destroys them here as well.
import { TILE_WIDTH } from '@countersign/audit';
import { ArchiveError } from './archive-error.ts';

export interface SealedValues {
  readonly index: number;
  /** Of the key store. */
  readonly key: number;
  readonly sealed: Uint8Array;
}

const HEAD_BYTES = 20;

/** u64be(index) ‖ u64be(key) ‖ u32be(length) ‖ sealed for each, ascending by index. */
export function encodeValues(rows: readonly SealedValues[]): Buffer {
  return Buffer.concat(
    rows.flatMap(({ index, key, sealed }) => {
      const head = Buffer.alloc(HEAD_BYTES);
      head.writeBigUInt64BE(BigInt(index));
      head.writeBigUInt64BE(BigInt(key), 8);
      head.writeUInt32BE(sealed.length, 16);
      return [head, sealed];
    }),
  );
}

/** Throws an ArchiveError for what is no values of entries under that tile. */
export function parseValues(bytes: Buffer, tile: number): ReadonlyMap<number, SealedValues> {
  const found = new Map<number, SealedValues>();
  let last = tile * TILE_WIDTH - 1;
  for (let at = 0; at < bytes.length; ) {
    const length = at + HEAD_BYTES <= bytes.length ? bytes.readUInt32BE(at + 16) : Number.POSITIVE_INFINITY;
    const end = at + HEAD_BYTES + length;
    const index = end <= bytes.length ? Number(bytes.readBigUInt64BE(at)) : Number.NaN;
    if (!(index > last && index < (tile + 1) * TILE_WIDTH))
      throw new ArchiveError(
        `the values of entries ${tile * TILE_WIDTH} and on are not as they were written`,
      );
    const key = Number(bytes.readBigUInt64BE(at + 8));
    found.set(index, { index, key, sealed: bytes.subarray(at + HEAD_BYTES, end) });
    last = index;
    at = end;
  }
  return found;
}
