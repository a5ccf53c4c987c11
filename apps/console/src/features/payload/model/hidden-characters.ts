// Finds characters that a reader cannot see or that reorder what stands around them, so that they can be shown.

export interface TextPart {
  readonly text: string;
  /** True where `text` stands for a character that would not be visible. */
  readonly hidden: boolean;
}

// SECURITY: a right-to-left override or a zero-width character in an argument could make a reviewer read another
// payee than the one that is sent. Line feeds and tabs are layout; every other control and format character is hidden.
const HIDDEN = /[[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]--[\n\t]]/gv;

/** Splits `text` into visible stretches and escapes (`\u202e`) of hidden characters. */
export function revealHidden(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let from = 0;
  for (const match of text.matchAll(HIDDEN)) {
    if (match.index > from) parts.push({ text: text.slice(from, match.index), hidden: false });
    parts.push({ text: escape(match[0]), hidden: true });
    from = match.index + match[0].length;
  }
  if (from < text.length || parts.length === 0) parts.push({ text: text.slice(from), hidden: false });
  return parts;
}

function escape(text: string): string {
  return Array.from({ length: text.length }, (_, unit) => {
    const code = text.charCodeAt(unit);
    return `\\u${code.toString(16).padStart(4, '0')}`;
  }).join('');
}
