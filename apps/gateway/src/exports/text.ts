// How values that agents and strangers chose are written into lines that other programs read: never more than one line,
// never a character that a terminal, a spreadsheet or a careless parser acts upon.

// Format characters (bidirectional controls, zero width), line and paragraph separators, private use, lone surrogates.
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/gu;

// Nearly all text is plain, and looking for what is not costs more than looking whether there is any.
const PLAIN = /^[\x20-\x7E]*$/;

/** On one line, every control and invisible character spelled out as `\u{…}`. */
export function oneLine(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replaceAll(INVISIBLE, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`);
}

/**
 * JSON on one line that also shows inert on a terminal: control and invisible characters beyond those that JSON itself
 * escapes are written as `\uXXXX`. It parses to the same value.
 */
export function jsonLine(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null';
  return PLAIN.test(text) ? text : text.replaceAll(INVISIBLE, unicodeEscapes);
}

function unicodeEscapes(char: string): string {
  return Array.from(
    { length: char.length },
    (_, at) => `\\u${char.charCodeAt(at).toString(16).padStart(4, '0')}`,
  ).join('');
}

/** At most `longest` UTF-16 code units, never half a character; what was cut off is marked. */
export function shortened(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const kept = text.slice(0, longest - 1);
  return `${/[\uD800-\uDBFF]$/.test(kept) ? kept.slice(0, -1) : kept}…`;
}

/** Microseconds since the epoch as RFC 3339 in UTC with milliseconds. */
export function isoTime(us: number): string {
  return new Date(milliseconds(us)).toISOString();
}

export function milliseconds(us: number): number {
  return Math.floor(us / 1000);
}
