// Reads policy text as far as finding strings and comments in it takes, in one pass over any text: what is in them is
// never taken for policy. Everything else is Cedar's to read.

/** What a run of text is: `open` is a string that never ends, `other` whatever the parser will have to say about. */
export type TokenKind = 'string' | 'open' | 'comment' | 'blank' | 'mark' | 'other';

/** Called for each run with its first offset and the one after its last. */
export type Visit = (kind: TokenKind, start: number, end: number) => void;

/** Characters that are a run by themselves. */
const MARKS: ReadonlySet<number> = new Set(Array.from('([{)]};?@,:', (mark) => mark.charCodeAt(0)));
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SLASH = 0x2f;

/** Visits every run of a text, in order and without gaps. */
export function scan(text: string, visit: Visit): void {
  let at = 0;
  while (at < text.length) {
    const { kind, end } = runAt(text, at);
    visit(kind, at, end);
    at = end;
  }
}

function runAt(text: string, at: number): { kind: TokenKind; end: number } {
  const code = text.charCodeAt(at);
  if (MARKS.has(code)) return { kind: 'mark', end: at + 1 };
  if (code === QUOTE) return stringAt(text, at);
  if (isComment(text, at)) return { kind: 'comment', end: endOf(text, at, isWithinLine) };
  if (isBlank(code)) return { kind: 'blank', end: endOf(text, at, isBlank) };
  return { kind: 'other', end: endOf(text, at, (code, next) => !endsOther(code, text, next)) };
}

function stringAt(text: string, start: number): { kind: TokenKind; end: number } {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at += 1;
    else if (code === QUOTE) return { kind: 'string', end: at + 1 };
  }
  return { kind: 'open', end: text.length };
}

/** The first offset after `start` whose character does not go on with the run. */
function endOf(text: string, start: number, goesOn: (code: number, at: number) => boolean): number {
  let at = start + 1;
  while (at < text.length && goesOn(text.charCodeAt(at), at)) at += 1;
  return at;
}

function endsOther(code: number, text: string, at: number): boolean {
  return MARKS.has(code) || code === QUOTE || isBlank(code) || isComment(text, at);
}

function isComment(text: string, at: number): boolean {
  return text.charCodeAt(at) === SLASH && text.charCodeAt(at + 1) === SLASH;
}

function isWithinLine(code: number): boolean {
  return code !== 0x0a && code !== 0x0d;
}

function isBlank(code: number): boolean {
  if (code < 0x80) return code === 0x20 || (code >= 0x09 && code <= 0x0d);
  return /\s/.test(String.fromCharCode(code));
}
