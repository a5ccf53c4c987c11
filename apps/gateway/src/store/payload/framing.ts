// All details of one entry as one byte string, for sealing in one piece, and back. Names and lengths are inside what is
// sealed: not even which details an entry had can be told without its key, beyond what its header says.
import { type Detail, fromUtf8, SALT_BYTES, utf8 } from '@countersign/audit';

const FORM = 1;

/** Names come from closed lists: each is encoded once. */
const names = new Map<string, Uint8Array>();

/** Names that were read, by their length in bytes. */
const read: [name: string, bytes: Uint8Array][][] = [];
const MAX_REMEMBERED_LENGTH = 32;
const MAX_REMEMBERED = 32;

function encoded(name: string): Uint8Array {
  const known = names.get(name);
  if (known !== undefined) return known;
  const bytes = utf8(name);
  if (names.size < 256) names.set(name, bytes);
  return bytes;
}

/** 0x01, then for each: u16be(length of name) ‖ name ‖ salt ‖ u32be(length of value) ‖ value. */
export function frameDetails(details: readonly Detail[]): Uint8Array {
  const named = details.map(({ name, salt, value }) => ({ name: encoded(name), salt, value }));
  let length = 1;
  for (const { name, value } of named) length += 2 + name.length + SALT_BYTES + 4 + value.length;
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  bytes[0] = FORM;
  let at = 1;
  for (const { name, salt, value } of named) {
    if (salt.length !== SALT_BYTES) throw new TypeError(`a salt has ${SALT_BYTES} bytes`);
    view.setUint16(at, name.length);
    bytes.set(name, at + 2);
    at += 2 + name.length;
    bytes.set(salt, at);
    view.setUint32(at + SALT_BYTES, value.length);
    at += SALT_BYTES + 4;
    bytes.set(value, at);
    at += value.length;
  }
  return bytes;
}

/** The name that stands in `bytes`; null for what is no UTF-8. Those seen before are found without being decoded. */
function nameAt(bytes: Uint8Array, from: number, to: number): string | null {
  const length = to - from;
  for (const [name, known] of read[length] ?? []) {
    let same = 0;
    while (same < length && known[same] === bytes[from + same]) same += 1;
    if (same === length) return name;
  }
  const name = fromUtf8(bytes.subarray(from, to));
  if (name === null || length > MAX_REMEMBERED_LENGTH) return name;
  const alike = (read[length] ??= []);
  if (alike.length < MAX_REMEMBERED) alike.push([name, utf8(name)]);
  return name;
}

/** Null for anything that `frameDetails` did not make. */
export function readFrame(bytes: Uint8Array): readonly Detail[] | null {
  const details = glanceFrame(bytes);
  // WHY slice: a view would keep the whole frame alive with each of its details.
  return (
    details?.map(({ name, salt, value }) => ({
      name,
      salt: Uint8Array.prototype.slice.call(salt),
      value: Uint8Array.prototype.slice.call(value),
    })) ?? null
  );
}

/** The same as views of `bytes`. */
export function glanceFrame(bytes: Uint8Array): readonly Detail[] | null {
  if (bytes[0] !== FORM) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const details: Detail[] = [];
  let at = 1;
  while (at < bytes.length) {
    if (at + 2 > bytes.length) return null;
    const valueAt = at + 2 + view.getUint16(at) + SALT_BYTES + 4;
    if (valueAt > bytes.length) return null;
    const name = nameAt(bytes, at + 2, valueAt - SALT_BYTES - 4);
    const end = valueAt + view.getUint32(valueAt - 4);
    if (name === null || end > bytes.length) return null;
    details.push({
      name,
      salt: new Uint8Array(bytes.buffer, bytes.byteOffset + valueAt - 4 - SALT_BYTES, SALT_BYTES),
      value: new Uint8Array(bytes.buffer, bytes.byteOffset + valueAt, end - valueAt),
    });
    at = end;
  }
  return details;
}
