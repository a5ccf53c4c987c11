// Conversions between bytes and text. Every decoder is strict: it accepts exactly what its encoder writes,
// so that no two texts stand for the same bytes.

export type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();
// WHY ignoreBOM: otherwise the decoder drops a leading U+FEFF and two byte strings decode to one text.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

const scratch = new Uint8Array(16_384);

export function utf8(text: string): Bytes {
  // WHY: memory of the right size costs an encoder more than encoding a text of some length twice.
  if (text.length < 64 || 3 * text.length > scratch.length) return encoder.encode(text);
  return scratch.slice(0, encoder.encodeInto(text, scratch).written);
}

/** Texts as UTF-8, and bytes as they are. WHY at once: memory for each by itself takes longer than encoding it. */
export function allUtf8(values: readonly (string | Uint8Array)[]): readonly Uint8Array[] {
  let most = 0;
  for (const value of values) if (typeof value === 'string') most += 3 * value.length;
  if (most > scratch.length) return values.map((value) => (typeof value === 'string' ? utf8(value) : value));
  const ends: number[] = [];
  let end = 0;
  for (const value of values) {
    if (typeof value === 'string')
      end += encoder.encodeInto(value, end === 0 ? scratch : scratch.subarray(end)).written;
    ends.push(end);
  }
  const bytes = scratch.slice(0, end);
  return values.map((value, i) =>
    typeof value === 'string' ? bytes.subarray(i === 0 ? 0 : ends[i - 1], ends[i]) : value,
  );
}

/** Texts as UTF-8 and bytes as they are, one after the other, in memory of their own. */
export function joinUtf8(...parts: readonly (string | Uint8Array)[]): Bytes {
  let most = 0;
  for (const part of parts) most += typeof part === 'string' ? 3 * part.length : part.length;
  if (most > scratch.length)
    return concatBytes(...parts.map((part) => (typeof part === 'string' ? utf8(part) : part)));
  let end = 0;
  for (const part of parts) {
    if (typeof part === 'string') end += encoder.encodeInto(part, scratch.subarray(end)).written;
    else {
      scratch.set(part, end);
      end += part.length;
    }
  }
  return scratch.slice(0, end);
}

/** The text of valid UTF-8, or null. */
export function fromUtf8(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += HEX[byte];
  return text;
}

/** Whether the characters of `text` from `from` on are lowercase hex digits. A loop: it runs for every field read. */
export function isHex(text: string, from = 0): boolean {
  for (let i = from; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code < 0x30 || code > 0x66 || (code > 0x39 && code < 0x61)) return false;
  }
  return true;
}

/** The bytes of lowercase hex, or null. */
export function fromHex(text: string): Bytes | null {
  if (text.length % 2 !== 0 || !isHex(text)) return null;
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

/** Standard base64 with padding (RFC 4648 section 4). */
export function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** The bytes of canonical base64 (padding required, unused bits zero), or null. */
export function fromBase64(text: string): Bytes | null {
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    return null;
  }
  const bytes = Uint8Array.from(binary, (char) => char.charCodeAt(0));
  return toBase64(bytes) === text ? bytes : null;
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}

export function concatBytes(...parts: readonly Uint8Array[]): Bytes {
  const out = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
