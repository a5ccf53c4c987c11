// Lays out JSON text for reading without parsing its values: number lexemes, key order and escapes stay exactly as
// they were sent, because what a person approves must be what goes on. Never throws: what is not JSON stays as it is.

export type JsonTokenKind = 'key' | 'text' | 'number' | 'word' | 'mark';

export interface JsonToken {
  readonly kind: JsonTokenKind;
  readonly text: string;
}

/** Longer texts are shown as received: laying out megabytes would stall the page. */
export const LAYOUT_LIMIT = 64 * 1024;

const TOKEN = /\s+|"[^"\\]*(?:\\.[^"\\]*)*"|-?[0-9][0-9.eE+-]*|[a-z]+|[{}[\],:]/sy;

/** Tokens with line breaks and indentation between them, or the text itself as one token if it is no JSON. */
export function layOutJson(text: string): readonly JsonToken[] {
  const asReceived: readonly JsonToken[] = [{ kind: 'text', text }];
  if (text.length > LAYOUT_LIMIT) return asReceived;
  const lexemes = scan(text);
  if (lexemes === null) return asReceived;
  const tokens: JsonToken[] = [];
  let depth = 0;
  for (const [position, lexeme] of lexemes.entries()) {
    const next = lexemes[position + 1];
    if (lexeme === '{' || lexeme === '[') {
      const empty = next === '}' || next === ']';
      if (!empty) depth += 1;
      tokens.push(mark(empty ? lexeme : lexeme + newline(depth)));
    } else if (lexeme === '}' || lexeme === ']') {
      const before = lexemes[position - 1];
      if (before === '{' || before === '[') tokens.push(mark(lexeme));
      else {
        depth -= 1;
        if (depth < 0) return asReceived;
        tokens.push(mark(newline(depth) + lexeme));
      }
    } else if (lexeme === ',') tokens.push(mark(`,${newline(depth)}`));
    else if (lexeme === ':') tokens.push(mark(': '));
    else tokens.push({ kind: kindOf(lexeme, next), text: lexeme });
  }
  return depth === 0 ? tokens : asReceived;
}

/** The lexemes of a JSON text without white space, or null where one is none of JSON’s. */
export function scan(text: string): readonly string[] | null {
  const lexemes: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (match === null) return null;
    if (match[0].trim() !== '') lexemes.push(match[0]);
  }
  return lexemes;
}

function kindOf(lexeme: string, next: string | undefined): JsonTokenKind {
  if (lexeme.startsWith('"')) return next === ':' ? 'key' : 'text';
  return /^[-0-9]/.test(lexeme) ? 'number' : 'word';
}

const mark = (text: string): JsonToken => ({ kind: 'mark', text });
const newline = (depth: number): string => `\n${'  '.repeat(depth)}`;
