// A JSON text in both its forms, bytes and string, so that parts of it can be read without decoding it again.
export interface Source {
  readonly bytes: Uint8Array;
  readonly text: string;
  /** The same memory as `bytes`; null where offsets into `text` equal offsets into `bytes`. */
  readonly buffer: Buffer | null;
}

/** @param bytes valid UTF-8, or even ASCII. */
export function openSource(bytes: Uint8Array, isAscii: boolean): Source {
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return isAscii
    ? { bytes, text: buffer.toString('latin1'), buffer: null }
    : { bytes, text: buffer.toString('utf8'), buffer };
}

/** The text at `start`..`end`, offsets in bytes. */
export function sliceSource(source: Source, start: number, end: number): string {
  return source.buffer === null ? source.text.slice(start, end) : source.buffer.toString('utf8', start, end);
}
