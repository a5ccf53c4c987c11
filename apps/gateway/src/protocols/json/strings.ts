// Walks over JSON strings byte by byte: no control character, no unknown escape, no surrogate without its other half.
import { controlCharacter, ScanFault } from './fault.ts';
import { report, type State } from './state.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** @returns the offset after the closing quote; `start` is the offset after the opening one. */
export function endOfString(state: State, start: number): number {
  const { bytes } = state;
  const { length } = bytes;
  let at = start;
  while (at < length) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) return at + 1;
    if (byte === BACKSLASH) at = endOfEscape(state, at);
    else if (byte < 0x20) throw controlCharacter(byte, at);
    else at++;
  }
  throw new ScanFault('syntax', length, 'the text ends inside a string');
}

/** @returns the offset after the escape (or pair of escapes) whose backslash is at `at`. */
export function endOfEscape(state: State, at: number): number {
  switch (state.bytes[at + 1]) {
    case 0x22: // "
    case 0x5c: // \
    case 0x2f: // /
    case 0x62: // b
    case 0x66: // f
    case 0x6e: // n
    case 0x72: // r
    case 0x74: // t
      return at + 2;
    case 0x75: // u
      return endOfUnit(state, at);
    default:
      throw new ScanFault('syntax', at, 'a string has a backslash that begins no escape of JSON');
  }
}

function endOfUnit(state: State, at: number): number {
  const { bytes } = state;
  const unit = unitAt(bytes, at);
  if (unit < 0xd800 || unit > 0xdfff) return at + 6;
  const isPair = unit < 0xdc00 && bytes[at + 6] === BACKSLASH && bytes[at + 7] === 0x75;
  const next = isPair ? unitAt(bytes, at + 6) : 0;
  if (next >= 0xdc00 && next <= 0xdfff) return at + 12;
  report(state, 'lone_surrogate', at, 'a string has half of a surrogate pair');
  return at + 6;
}

function unitAt(bytes: Uint8Array, at: number): number {
  let unit = 0;
  for (let i = at + 2; i < at + 6; i++) {
    const digit = hexDigit(bytes[i]);
    if (digit < 0) throw new ScanFault('syntax', at, 'a `\\u` escape has fewer than four hexadecimal digits');
    unit = unit * 16 + digit;
  }
  return unit;
}

function hexDigit(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
