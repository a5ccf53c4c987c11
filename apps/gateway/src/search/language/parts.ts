// The text of a question cut into its parts: a sign before it, and what stands between `|`. What they mean is not looked at.

/** One test as it is written. */
export interface Written {
  /** Null: words. */
  readonly name: string | null;
  /** Without its quotes and without the star behind it. */
  readonly value: string;
  readonly isQuoted: boolean;
  readonly isPrefix: boolean;
}

export interface Part {
  readonly from: number;
  readonly to: number;
  readonly sign: '' | '-' | '&';
  readonly tests: readonly [Written, ...Written[]];
}

/** A stretch of the text that cannot be cut further, and why. */
export interface Unread {
  readonly from: number;
  readonly to: number;
  readonly message: string;
}

const TEST = /(?:([A-Za-z_]+):)?(?:("(?:[^"\\]|\\.)*")(\*)?|([^\s"|]+))?/y;

export function partsOf(text: string): readonly (Part | Unread)[] {
  const parts: (Part | Unread)[] = [];
  let at = 0;
  for (;;) {
    while (/\s/.test(text[at] ?? '')) at += 1;
    if (at >= text.length) return parts;
    const part = partAt(text, at);
    parts.push(part);
    at = part.to;
  }
}

function partAt(text: string, from: number): Part | Unread {
  const unread = (message: string): Unread => ({ from, to: endOfPart(text, from), message });
  const sign = text[from] === '-' ? '-' : text[from] === '&' ? '&' : '';
  const tests: Written[] = [];
  TEST.lastIndex = from + sign.length;
  for (;;) {
    const at = TEST.lastIndex;
    const found = TEST.exec(text);
    const to = at + (found?.[0].length ?? 0);
    const [, name = null, quoted, star, plain = ''] = found ?? [];
    if (quoted === undefined && plain === '') return unread(missing(sign, name, tests.length, text[to]));
    const value = quoted === undefined ? plain : unquoted(quoted);
    if (value === null)
      return unread('the quotation cannot be read: write \\" for a quote in it, and \\\\ for a backslash');
    const isPlainPrefix = quoted === undefined && name !== null && value.endsWith('*');
    tests.push({
      name,
      value: isPlainPrefix ? value.slice(0, -1) : value,
      isQuoted: quoted !== undefined,
      isPrefix: isPlainPrefix || star !== undefined,
    });
    const next = text[to];
    if (next === undefined || /\s/.test(next))
      return { from, to, sign, tests: tests as [Written, ...Written[]] };
    if (next !== '|') return unread('the quotation is not closed, or something is stuck to it');
    TEST.lastIndex = to + 1;
  }
}

/** What is wrong where no test is. */
function missing(sign: string, name: string | null, before: number, next: string | undefined): string {
  if (next === '"') return 'the quotation is not closed, or something is stuck to it';
  if (name !== null) return `${name} needs a value`;
  if (before > 0 || next === '|') return 'a | stands between two conditions, without spaces: agent:a|agent:b';
  return sign === '-'
    ? 'a - stands before what is not wanted, without a space'
    : 'a & stands before what has to hold as well, without a space: &label:a';
}

/** Where what cannot be read ends: after its quotations, where it has any. */
function endOfPart(text: string, from: number): number {
  const rest = text.slice(from);
  return from + (/^(?:[^\s"]|"(?:[^"\\]|\\.)*(?:"|$))+/.exec(rest)?.[0].length || 1);
}

function unquoted(text: string): string | null {
  try {
    return String(JSON.parse(text));
  } catch {
    return null;
  }
}
