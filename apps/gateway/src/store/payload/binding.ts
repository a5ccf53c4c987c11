// What a sealed value belongs to: bound to it as additional authenticated data, so that a value moved to another place,
// or taken from another log, is refused.

const ENTRY = Buffer.from('countersign/entry-values/1\0');
const CELL = Buffer.from('countersign/cell/1\0');

/** For the values of one entry: domain ‖ origin ‖ 0x00 ‖ u64be(index). Good until the next is asked for: it is the same memory. */
export function entryBinding(origin: string): (index: number) => Uint8Array {
  const bound = Buffer.concat([ENTRY, Buffer.from(origin), Buffer.alloc(1 + 8)]);
  const at = bound.length - 8;
  return (index) => {
    bound.writeUInt32BE(Math.floor(index / 2 ** 32), at);
    bound.writeUInt32BE(index % 2 ** 32, at + 4);
    return bound;
  };
}

/** For one cell of a table: what it is in, by table, column and the key of its row. */
export function cellBinding(table: string, column: string, row: string): Uint8Array {
  return Buffer.concat([CELL, Buffer.from(JSON.stringify([table, column, row]))]);
}
