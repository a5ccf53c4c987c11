// Splits Cedar text into the parts that are shown apart: pure, a line at a time, since an editor asks for one line at a time.
// It only colours; what is Cedar and what is not is the gateway's to say.

export type TokenKind =
  | 'comment'
  | 'string'
  | 'number'
  | 'constant'
  | 'keyword'
  | 'permit'
  | 'forbid'
  | 'variable'
  | 'type'
  | 'attribute'
  | 'function'
  | 'annotation'
  | 'guard'
  | 'obligation'
  | 'unknown'
  | 'slot'
  | 'operator'
  | 'plain';

export interface Token {
  readonly to: number;
  readonly kind: TokenKind;
}

/** What the line before leaves open. Text in quotes may go over lines. */
export interface TokenState {
  isInString: boolean;
  /** The word before: what follows `is` is a type, what follows a dot or `has` an attribute. */
  before: string;
  /** Brackets that are open. */
  depth: number;
}

export const startState = (): TokenState => ({ isInString: false, before: '', depth: 0 });

const WORDS: ReadonlyMap<string, TokenKind> = new Map([
  ['permit', 'permit'],
  ['forbid', 'forbid'],
  ...(['when', 'unless', 'if', 'then', 'else', 'in', 'is', 'has', 'like'] as const).map(
    (word) => [word, 'keyword'] as const,
  ),
  ...(['true', 'false'] as const).map((word) => [word, 'constant'] as const),
  ...(['principal', 'action', 'resource', 'context'] as const).map((word) => [word, 'variable'] as const),
]);

/** What an annotation is for; others are refused by the gateway. */
export const ANNOTATIONS: ReadonlyMap<string, 'annotation' | 'guard' | 'obligation'> = new Map([
  ...(['id', 'description', 'owner'] as const).map((name) => [name, 'annotation'] as const),
  ...(['approve', 'quorum', 'expires', 'maxWait', 'reason'] as const).map((name) => [name, 'guard'] as const),
  ...(['label', 'redact', 'mask'] as const).map((name) => [name, 'obligation'] as const),
]);

const SPACE = /\s+/y;
const COMMENT = /\/\/.*/y;
const STRING_REST = /(?:[^"\\]|\\.)*("|\\?$)/y;
const NUMBER = /\d+/y;
const WORD = /[A-Za-z_]\w*/y;
const ANNOTATION = /@([A-Za-z_]\w*)?/y;
const SLOT = /\?(?:principal|resource)\b/y;
const OPERATOR = /==|!=|<=|>=|&&|\|\||::|[<>!+\-*=]/y;
const IS_TYPE = /\s*::/y;
const IS_CALL = /\s*\(/y;

/** The part of `line` that begins at `from`, which lies before the line's end; moves `state` along. */
export function nextToken(line: string, from: number, state: TokenState): Token {
  if (state.isInString) return restOfString(line, from, state);
  const space = endOf(SPACE, line, from);
  if (space !== null) return { to: space, kind: 'plain' };
  const comment = endOf(COMMENT, line, from);
  if (comment !== null) return { to: comment, kind: 'comment' };
  const before = state.before;
  if (line[from] === '"') {
    state.before = '"';
    return restOfString(line, from + 1, state);
  }
  const word = endOf(WORD, line, from);
  if (word !== null) {
    state.before = line.slice(from, word);
    return { to: word, kind: kindOfWord(line, word, state.before, before) };
  }
  return mark(line, from, state);
}

function mark(line: string, from: number, state: TokenState): Token {
  const character = line[from] ?? '';
  state.before = character;
  if ('([{'.includes(character)) state.depth += 1;
  if (')]}'.includes(character)) state.depth = Math.max(0, state.depth - 1);
  const annotation = endOf(ANNOTATION, line, from);
  if (annotation !== null)
    return { to: annotation, kind: ANNOTATIONS.get(line.slice(from + 1, annotation)) ?? 'unknown' };
  const slot = endOf(SLOT, line, from);
  if (slot !== null) return { to: slot, kind: 'slot' };
  const number = endOf(NUMBER, line, from);
  if (number !== null) return { to: number, kind: 'number' };
  const operator = endOf(OPERATOR, line, from);
  if (operator !== null) return { to: operator, kind: 'operator' };
  return { to: from + 1, kind: 'plain' };
}

function kindOfWord(line: string, to: number, word: string, before: string): TokenKind {
  if (before === '.') return endOf(IS_CALL, line, to) === null ? 'attribute' : 'function';
  if (before === 'is' || endOf(IS_TYPE, line, to) !== null) return 'type';
  if (before === 'has') return 'attribute';
  return WORDS.get(word) ?? (endOf(IS_CALL, line, to) === null ? 'plain' : 'function');
}

function restOfString(line: string, from: number, state: TokenState): Token {
  STRING_REST.lastIndex = from;
  const found = STRING_REST.exec(line);
  state.isInString = found?.[1] !== '"';
  return { to: found === null ? line.length : STRING_REST.lastIndex, kind: 'string' };
}

function endOf(pattern: RegExp, line: string, from: number): number | null {
  pattern.lastIndex = from;
  return pattern.test(line) ? pattern.lastIndex : null;
}
