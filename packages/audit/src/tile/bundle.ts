// Entry bundles (C2SP tlog-tiles, "Log entries"): the headers of a level-0 tile, each after its length.

import { type Bytes } from '../bytes.ts';
import { fail, ok, type Result } from '../result.ts';

const LENGTH_BYTES = 2;
const MAX_BYTES = 0xffff;

/** u16be(length) ‖ header for each. Throws a TypeError for a header longer than 65,535 bytes. */
export function encodeBundle(headers: readonly Uint8Array[]): Bytes {
  const bytes = new Uint8Array(headers.reduce((total, { length }) => total + LENGTH_BYTES + length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const header of headers) {
    if (header.length > MAX_BYTES) throw new TypeError(`an entry of a bundle has at most ${MAX_BYTES} bytes`);
    view.setUint16(at, header.length);
    bytes.set(header, at + LENGTH_BYTES);
    at += LENGTH_BYTES + header.length;
  }
  return bytes;
}

/** The headers of a bundle of exactly `width`. */
export function parseBundle(bytes: Uint8Array, width: number): Result<Uint8Array[]> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const headers: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + LENGTH_BYTES <= bytes.length ? at + LENGTH_BYTES + view.getUint16(at) : Infinity;
    if (end > bytes.length || headers.length === width)
      return fail('tile_malformed', `the bundle is no ${width} entries, each after its length`);
    headers.push(bytes.subarray(at + LENGTH_BYTES, end));
    at = end;
  }
  return headers.length === width
    ? ok(headers)
    : fail('tile_malformed', `the bundle has ${headers.length} entries, not ${width}`);
}
