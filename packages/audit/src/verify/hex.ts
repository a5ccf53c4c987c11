// Comparing bytes with the hex digits of a header: to make text of the bytes for it costs more than all the comparing.

/** Whether `text` is the lowercase hex form of `bytes`. */
export function isHexOf(text: string | null, bytes: Uint8Array): boolean {
  if (text === null || text.length !== 2 * bytes.length) return false;
  for (let i = 0; i < bytes.length; i += 1) {
    const byte = bytes[i] as number;
    if (text.charCodeAt(2 * i) !== digitOf(byte >>> 4)) return false;
    if (text.charCodeAt(2 * i + 1) !== digitOf(byte & 0xf)) return false;
  }
  return true;
}

function digitOf(nibble: number): number {
  return nibble < 10 ? 0x30 + nibble : 0x57 + nibble;
}
