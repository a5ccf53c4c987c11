// Lines and columns, as the gateway's validator gives them, as offsets of a text that may have moved on since. Pure.

export interface CodeDiagnostic {
  readonly severity: 'error' | 'warning';
  /** Both from 1; columns in UTF-16 units. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export interface Range {
  readonly from: number;
  readonly to: number;
}

/** What CodeMirror's `Text` has of lines. */
export interface LinesOfText {
  readonly lines: number;
  line(number: number): { readonly from: number; readonly to: number; readonly text: string };
}

/** The word that begins at a place; the whole line where there is none. What lies beyond the text is its end. */
export function rangeAt(text: LinesOfText, { line, column }: Pick<CodeDiagnostic, 'line' | 'column'>): Range {
  const found = text.line(Math.min(Math.max(line, 1), text.lines));
  const at = Math.min(Math.max(column - 1, 0), found.text.length);
  const [word = ''] = /^(?:\w+|\S)/.exec(found.text.slice(at)) ?? [];
  if (word !== '') return { from: found.from + at, to: found.from + at + word.length };
  return { from: found.from, to: found.to };
}
