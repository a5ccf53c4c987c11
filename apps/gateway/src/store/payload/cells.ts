// Cells of state tables that hold what callers sent or got: sealed like the values beside the log, so that nothing of it
// lies in the database in the clear. One key for all of them, since they are short-lived, and blanked when they are erased.
import { StoreError } from '../store-error.ts';
import type { Change, Row, StateTable } from '../types.ts';
import type { PayloadOpener } from './opener.ts';

/** By table: the columns, all of type BLOB, of rows with the primary key `id`. */
const SEALED: Readonly<Partial<Record<StateTable, readonly string[]>>> = {
  approvals: ['shown'],
  push_configs: ['parked'],
  tasks: ['parked', 'result'],
};

const PLAIN = 0;
const SEALED_FORM = 1;
const KEY_BYTES = 8;

export interface CellPlace {
  readonly table: StateTable;
  readonly column: string;
  readonly row: string;
}

export type SealCell = (
  place: CellPlace,
  plaintext: Uint8Array,
) => { readonly key: number; readonly sealed: Uint8Array };

/** The change with its cells sealed; the same change where it has none. Throws a TypeError for a row without an id. */
export function sealedChange(change: Change, seal: SealCell): Change {
  if ('insert' in change) return { ...change, row: sealedRow(change.insert, change.row, change.row, seal) };
  if ('ensure' in change) return { ...change, row: sealedRow(change.ensure, change.row, change.row, seal) };
  if ('put' in change) return { ...change, row: sealedRow(change.put, change.row, change.row, seal) };
  if ('update' in change) return { ...change, set: sealedRow(change.update, change.set, change.where, seal) };
  return change;
}

function sealedRow(table: StateTable, row: Row, at: Row, seal: SealCell): Row {
  const columns = SEALED[table]?.filter((column) => row[column] !== undefined && row[column] !== null);
  if (columns === undefined || columns.length === 0) return row;
  const id = at['id'];
  if (typeof id !== 'string')
    throw new TypeError(`a change of what \`${table}\` holds names the row by its \`id\``);
  const sealed = columns.map((column) => {
    const value = row[column];
    const plaintext = typeof value === 'string' ? Buffer.from(value) : value;
    if (!(plaintext instanceof Uint8Array)) throw new TypeError(`\`${table}.${column}\` holds text or bytes`);
    const { key, sealed: bytes } = seal({ table, column, row: id }, plaintext);
    const cell = Buffer.alloc(1 + KEY_BYTES + bytes.length);
    cell.writeUInt8(SEALED_FORM);
    cell.writeBigUInt64BE(BigInt(key), 1);
    cell.set(bytes, 1 + KEY_BYTES);
    return [column, cell] as const;
  });
  return { ...row, ...Object.fromEntries(sealed) };
}

/** A cell that holds no secret, such as the note that something was erased. */
export function plainCell(text: string): Uint8Array {
  return Buffer.concat([Buffer.from([PLAIN]), Buffer.from(text)]);
}

/** Null where it cannot be read: erased, or without the keys. Throws a StoreError where it was changed. */
export function openCell(opener: PayloadOpener, place: CellPlace, cell: Uint8Array): Uint8Array | null {
  if (cell[0] === PLAIN) return cell.subarray(1);
  const bytes = Buffer.from(cell.buffer, cell.byteOffset, cell.byteLength);
  if (bytes[0] !== SEALED_FORM || bytes.length < 1 + KEY_BYTES) throw damaged(place);
  const opened = opener.cell(place, Number(bytes.readBigUInt64BE(1)), bytes.subarray(1 + KEY_BYTES));
  if (opened === 'damaged') throw damaged(place);
  return typeof opened === 'string' ? null : opened;
}

function damaged({ table, column, row }: CellPlace): StoreError {
  return new StoreError(
    'damaged',
    `\`${column}\` of \`${row}\` in \`${table}\` was changed: it does not open with its own key`,
  );
}
