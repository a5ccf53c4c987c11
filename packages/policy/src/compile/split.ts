// Cuts a policy file into the texts of its policies with where each begins, so that every later complaint can name file,
// line and column. Only finds the cuts: each piece must still parse, by Cedar, as exactly one policy.

/** One policy's exact text, from its first annotation to its semicolon. */
export interface Piece {
  readonly text: string;
  /** Offset of `text` in the file, in UTF-16 units. */
  readonly start: number;
}

export interface Split {
  readonly pieces: readonly Piece[];
  /** Offset of the first bracket that is nested too deeply, if any is. */
  readonly tooDeep: number | null;
}

/** Brackets within brackets. Some 130 of them kill the parser; no policy that people can read has a tenth of that. */
export const MAX_BRACKETS = 64;

// A string, a comment, a bracket, the end of a policy, or a run of anything else. A string that never ends is one
// character here, and an error when the piece is parsed.
const TOKEN = /"(?:\\.|[^"\\])*"|\/\/[^\n\r]*|[([{]|[)\]}]|;|\s+|[^"/([{)\]};\s]+|["/]/gsu;

/** Splits a file's text. A last piece without a semicolon is returned as it is, for the parser to complain of. */
export function split(text: string): Split {
  const pieces: Piece[] = [];
  let tooDeep: number | null = null;
  let start: number | null = null;
  let end = 0;
  let depth = 0;
  for (const match of text.matchAll(TOKEN)) {
    const token = match[0];
    const isBlank = token.startsWith('//') || token.trim() === '';
    if (isBlank) continue;
    start ??= match.index;
    end = match.index + token.length;
    if (OPENING.has(token)) {
      depth += 1;
      if (depth > MAX_BRACKETS) tooDeep ??= match.index;
    } else if (CLOSING.has(token)) {
      depth -= 1;
    } else if (token === ';') {
      pieces.push({ text: text.slice(start, end), start });
      start = null;
      depth = 0;
    }
  }
  if (start !== null) pieces.push({ text: text.slice(start, end), start });
  return { pieces, tooDeep };
}

const OPENING: ReadonlySet<string> = new Set(['(', '[', '{']);
const CLOSING: ReadonlySet<string> = new Set([')', ']', '}']);

/** Turns an offset in a text into a 1-based line and column. */
export function positionOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { line, column: offset - before.lastIndexOf('\n') };
}

/** Cedar counts the bytes of UTF-8; people and editors count characters. */
export function offsetOfByte(text: string, byte: number): number {
  let bytes = 0;
  let offset = 0;
  for (const character of text) {
    if (bytes >= byte) break;
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    offset += character.length;
  }
  return offset;
}
