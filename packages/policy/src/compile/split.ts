// Cuts a policy file into the texts of its policies with where each begins, so that every later complaint can name file,
// line and column. Only finds the cuts: each piece must still parse, by Cedar, as exactly one policy or template.

import { scan } from './scan.ts';

/** One policy's exact text, from its first annotation to its semicolon. */
export interface Piece {
  readonly text: string;
  /** Offset of `text` in the file, in UTF-16 units. */
  readonly start: number;
  /** It has a slot, so it is a template. */
  readonly hasSlots: boolean;
}

export interface Split {
  readonly pieces: readonly Piece[];
  /** Offset of the first bracket that is nested too deeply, if any is. */
  readonly tooDeep: number | null;
}

/** Brackets within brackets. Some 130 of them kill the parser; no policy that people can read has a tenth of that. */
export const MAX_BRACKETS = 64;

/** Splits a file's text. A last piece without a semicolon is returned as it is, for the parser to complain of. */
export function split(text: string): Split {
  const pieces: Piece[] = [];
  let tooDeep: number | null = null;
  let start: number | null = null;
  let last = 0;
  let depth = 0;
  let hasSlots = false;
  const cut = (from: number): void => {
    pieces.push({ text: text.slice(from, last), start: from, hasSlots });
    start = null;
    depth = 0;
    hasSlots = false;
  };
  scan(text, (kind, at, end) => {
    if (kind === 'blank' || kind === 'comment') return;
    start ??= at;
    last = end;
    if (kind !== 'mark') return;
    const mark = text[at] ?? '';
    if (OPENING.has(mark)) {
      depth += 1;
      if (depth > MAX_BRACKETS) tooDeep ??= at;
    } else if (CLOSING.has(mark)) depth -= 1;
    else if (mark === '?') hasSlots = true;
    else if (mark === ';') cut(start);
  });
  if (start !== null) cut(start);
  return { pieces, tooDeep };
}

const OPENING: ReadonlySet<string> = new Set(['(', '[', '{']);
const CLOSING: ReadonlySet<string> = new Set([')', ']', '}']);
