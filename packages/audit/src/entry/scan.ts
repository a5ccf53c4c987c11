// Whether bytes are exactly what a writer would have written for some header of the schema, and what stands in them: by
// walking along them, field by field, so that nothing need be parsed, or printed again and compared. It answers with the
// header, or with null and no reason: `parse.ts` has the words, and takes ten times as long.

import { ENTRY_VERSION } from './kinds.ts';
import {
  KIND,
  type Layout,
  LAYOUTS,
  MAX_PARTS,
  type Members,
  type Part,
  type Pattern,
  patternOf,
  TEXT,
  UINTEGER,
  WORD,
} from './layout.ts';
import type { EntryHeader } from './types.ts';

/** No kind comes near it; it bounds what a reader of untrusted logs has to hold. */
export const MAX_HEADER_BYTES = 4096;

const MAX_UINT_DIGITS = 16;
const QUOTE = 0x22;
const ZERO = 0x30;
const NULL = patternOf('null');
const MISFIT = -1;
// What the last walk found, by part: where a text begins, or `MISFIT` for null; where it ends, or which word, or the number.
const starts = new Int32Array(MAX_PARTS);
const values = new Float64Array(MAX_PARTS);

// Most entries of most logs are of two kinds: these are tried before a kind is looked for.
let [recent, before] = [...LAYOUTS.values()].flat() as [Layout, Layout];

// What is walked along is copied here first, so that four bytes can be read wherever it ends. No walk goes further than one
// literal and one value beyond the end before it is given up.
const BEYOND = 256;
const scratch = new Uint8Array(MAX_HEADER_BYTES + BEYOND);
const view = new DataView(scratch.buffer);
const encoder = new TextEncoder();

/**
 * The header that stands in `bytes`; null unless it is canonical. Its texts are parts of `text`, so that to keep one of them
 * is to keep all of it.
 * @param text that of `bytes`.
 */
export function scanHeader(bytes: Uint8Array, text: string): EntryHeader | null {
  const layout = layoutFitting(bytes, text);
  return layout === null ? null : headerOf(layout, text);
}

/** True only for canonical headers. @param text that of `bytes`. */
export function isCanonicalHeader(bytes: Uint8Array, text: string): boolean {
  return layoutFitting(bytes, text) !== null;
}

/** The same as `scanHeader` for bytes that come as their text. */
export function scanHeaderText(text: string): EntryHeader | null {
  const { read, written } = encoder.encodeInto(text, scratch);
  if (read !== text.length || written > MAX_HEADER_BYTES) return null;
  const layout = fitting(written, text);
  return layout === null ? null : headerOf(layout, text);
}

function layoutFitting(bytes: Uint8Array, text: string): Layout | null {
  if (bytes.length > MAX_HEADER_BYTES) return null;
  scratch.set(bytes);
  return fitting(bytes.length, text);
}

function fitting(length: number, text: string): Layout | null {
  if (fits(recent, length)) return recent;
  if (fits(before, length)) {
    [recent, before] = [before, recent];
    return recent;
  }
  const start = text.lastIndexOf(KIND) + KIND.length;
  const layouts = LAYOUTS.get(text.slice(start, text.indexOf('"', start)));
  const layout = layouts?.find((one) => fits(one, length));
  if (layout === undefined) return null;
  [recent, before] = [layout, recent];
  return layout;
}

/** Whether what is in `scratch`, so many bytes, is of this layout. */
function fits({ parts }: Layout, length: number): boolean {
  let at = 0;
  for (let i = 0; i < parts.length; i += 1) {
    const part = parts[i] as Part;
    if (at > length || !isAt(at, part.literal)) return false;
    at += part.literal.length;
    if (part.isNullable && isAt(at, NULL)) {
      starts[i] = MISFIT;
      at += NULL.length;
      i += part.members;
      continue;
    }
    starts[i] = at;
    switch (part.type) {
      case TEXT:
        at = afterText(part, at, i);
        break;
      case WORD:
        at = afterWord(part, at, i);
        break;
      case UINTEGER:
        at = afterUint(at, i);
        break;
      default:
    }
    if (at < 0) return false;
  }
  return at === length;
}

function isAt(start: number, { words, tail, mask }: Pattern): boolean {
  let at = start;
  for (let i = 0; i < words.length; i += 1) {
    if (view.getInt32(at, true) !== words[i]) return false;
    at += 4;
  }
  return ((view.getInt32(at, true) ^ tail) & mask) === 0;
}

function afterText({ options, digits }: Part, start: number, part: number): number {
  for (let i = 0; i < options.length; i += 1) {
    const option = options[i] as Pattern;
    if (!isAt(start, option)) continue;
    const from = start + option.length;
    const end = from + digits;
    let wrong = scratch[end] === QUOTE ? 0 : 1;
    for (let at = from; at < end; at += 4) wrong |= wrongHex(view.getInt32(at, true));
    starts[part] = start + 1;
    values[part] = end;
    return wrong === 0 ? end + 1 : MISFIT;
  }
  return MISFIT;
}

/**
 * Zero if each byte of the word is a lowercase hex digit. Those that are letters by bit 6 are brought down to follow the
 * digits, 0x3a to 0x3f; then all must be from 0x30 to 0x3f, and from 0x3a on if and only if they were letters.
 */
function wrongHex(word: number): number {
  const digits = word - Math.imul((word >>> 6) & 0x0101_0101, 0x27);
  return ((digits & 0xf0f0_f0f0) ^ 0x3030_3030) | (((digits + 0x0606_0606) ^ word) & 0x4040_4040);
}

function afterWord({ options }: Part, start: number, part: number): number {
  for (let i = 0; i < options.length; i += 1) {
    const option = options[i] as Pattern;
    if (!isAt(start, option)) continue;
    values[part] = i;
    return start + option.length;
  }
  return MISFIT;
}

function afterUint(start: number, part: number): number {
  let at = start;
  let value = 0;
  for (; at - start <= MAX_UINT_DIGITS; at += 1) {
    const digit = (scratch[at] as number) - ZERO;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  const digits = at - start;
  if (digits === 0 || digits > MAX_UINT_DIGITS || (digits > 1 && scratch[start] === ZERO)) return MISFIT;
  values[part] = value;
  // Just above 2^53 the sum may be rounded, but never down into what is safe.
  return Number.isSafeInteger(value) ? at : MISFIT;
}

// Members in canonical order, so that what is made prints as it was read.
function headerOf({ kind, parts, body, commits }: Layout, text: string): EntryHeader {
  let at = 0;
  const next = (): string | number | null => {
    const i = at;
    at += 1;
    if ((starts[i] as number) < 0) return null;
    const { type, words } = parts[i] as Part;
    if (type === UINTEGER) return values[i] as number;
    if (type === WORD) return words[values[i] as number] as string;
    return text.slice(starts[i], values[i]);
  };
  const members = ({ names, empty }: Members): Record<string, unknown> => {
    const object: Record<string, unknown> = { ...empty };
    for (let i = 0; i < names.length; i += 1) {
      const value = next();
      if (value !== null) object[names[i] as string] = value;
    }
    return object;
  };
  const chain = (): object | null => {
    const { members: skipped } = parts[at] as Part;
    const isNull = (starts[at] as number) < 0;
    at += 1;
    const end = at + skipped;
    const link = isNull
      ? null
      : { id: next(), prevIndex: next(), prevLeaf: next(), prevLog: next(), seq: next() };
    at = end;
    return link;
  };
  const header = {
    agent: next(),
    body: members(body),
    call: next(),
    chain: chain(),
    commits: members(commits),
    index: next(),
    kind,
    node: next(),
    prev: next(),
    time: next(),
    v: ENTRY_VERSION,
  };
  return header as unknown as EntryHeader;
}
