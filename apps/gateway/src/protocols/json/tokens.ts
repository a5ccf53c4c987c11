// The tokens of JSON other than strings, at a byte offset (RFC 8259 sections 2, 3 and 6).
import { controlCharacter, ScanFault } from './fault.ts';

/** @returns the offset of the first byte at or after `at` that is not JSON whitespace. */
export function skipSpace(bytes: Uint8Array, at: number): number {
  let i = at;
  while (i < bytes.length) {
    const byte = bytes[i] as number;
    if (byte > 0x20 || (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09)) break;
    i++;
  }
  return i;
}

/** @returns the offset after `literal`, which must stand at `at`. */
export function endOfLiteral(bytes: Uint8Array, at: number, literal: 'true' | 'false' | 'null'): number {
  for (let i = 0; i < literal.length; i++) {
    if (bytes[at + i] !== literal.charCodeAt(i)) throw unexpected(bytes, at, 'a value');
  }
  return at + literal.length;
}

/** @returns the offset after the number that must stand at `at`. What follows it is not looked at. */
export function endOfNumber(bytes: Uint8Array, at: number): number {
  let i = bytes[at] === 0x2d ? at + 1 : at;
  if (!isDigit(bytes[i])) throw unexpected(bytes, at, 'a value');
  if (bytes[i] === 0x30) {
    i++;
    if (isDigit(bytes[i])) throw new ScanFault('syntax', at, 'a number starts with a zero');
  } else {
    i = skipDigits(bytes, i);
  }
  if (bytes[i] === 0x2e) i = skipDigits(bytes, requireDigit(bytes, i + 1));
  if (((bytes[i] as number) | 0x20) === 0x65) {
    const sign = bytes[i + 1];
    i = skipDigits(bytes, requireDigit(bytes, sign === 0x2b || sign === 0x2d ? i + 2 : i + 1));
  }
  return i;
}

export function unexpected(bytes: Uint8Array, at: number, wanted: string): ScanFault {
  const byte = bytes[at];
  if (byte === undefined) return new ScanFault('syntax', at, `the text ends where ${wanted} should stand`);
  if (byte < 0x20) return controlCharacter(byte, at);
  return new ScanFault('syntax', at, `there is no ${wanted.replace(/^an? /, '')} at byte ${at}`);
}

function requireDigit(bytes: Uint8Array, at: number): number {
  if (isDigit(bytes[at])) return at;
  throw unexpected(bytes, at, 'a digit');
}

function skipDigits(bytes: Uint8Array, at: number): number {
  let i = at;
  while (isDigit(bytes[i])) i++;
  return i;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}
