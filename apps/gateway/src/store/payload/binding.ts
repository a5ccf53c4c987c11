// What a sealed value belongs to: bound to it as additional authenticated data, so that a value moved to another place,
// or taken from another log, is refused.

const ENTRY = Buffer.from('countersign/entry-values/1\0');
const CELL = Buffer.from('countersign/cell/1\0');

/** For the values of one entry: domain ‖ origin ‖ 0x00 ‖ u64be(index). */
export function entryBinding(origin: string): (index: number) => Uint8Array {
  const prefix = Buffer.concat([ENTRY, Buffer.from(origin), Buffer.from([0])]);
  return (index) => {
    const bound = Buffer.alloc(prefix.length + 8);
    prefix.copy(bound);
    bound.writeBigUInt64BE(BigInt(index), prefix.length);
    return bound;
  };
}

/** For one cell of a table: what it is in, by table, column and the key of its row. */
export function cellBinding(table: string, column: string, row: string): Uint8Array {
  return Buffer.concat([CELL, Buffer.from(JSON.stringify([table, column, row]))]);
}
