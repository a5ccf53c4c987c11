// The languages that policies are written in, for the editor: Cedar, and the YAML of links, meters and cases.
import { foldService, StreamLanguage, type StringStream } from '@codemirror/language';
import type { EditorState, Extension } from '@codemirror/state';
import { Tag } from '@lezer/highlight';
import { nextToken, startState, type TokenKind, type TokenState } from './cedar-tokens.ts';
import type { CodeLanguage } from './file-language.ts';
import { nextYamlToken } from './yaml-tokens.ts';

export const TAGS: Readonly<Record<TokenKind, Tag>> = {
  comment: Tag.define('comment'),
  string: Tag.define('string'),
  number: Tag.define('number'),
  constant: Tag.define('constant'),
  keyword: Tag.define('keyword'),
  permit: Tag.define('permit'),
  forbid: Tag.define('forbid'),
  variable: Tag.define('variable'),
  type: Tag.define('type'),
  attribute: Tag.define('attribute'),
  function: Tag.define('function'),
  annotation: Tag.define('annotation'),
  guard: Tag.define('guard'),
  obligation: Tag.define('obligation'),
  unknown: Tag.define('unknown'),
  slot: Tag.define('slot'),
  operator: Tag.define('operator'),
  plain: Tag.define('plain'),
};

// WHY: without a prefix, `variable`, `type` and `attribute` would mean what they meant to editors of before.
const PREFIX = 'code-';
const TABLE = Object.fromEntries(Object.entries(TAGS).map(([kind, tag]) => [`${PREFIX}${kind}`, tag]));

const cedar = StreamLanguage.define<TokenState>({
  name: 'cedar',
  startState,
  copyState: (state) => ({ ...state }),
  token: (stream, state) => advance(stream, nextToken(stream.string, stream.pos, state)),
  tokenTable: TABLE,
  languageData: {
    commentTokens: { line: '//' },
    closeBrackets: { brackets: ['(', '[', '{', '"'] },
    indentOnInput: /^\s*[})\]]$/,
  },
  indent: (state, textAfter, context) =>
    Math.max(0, (state.depth - (/^[})\]]/.test(textAfter) ? 1 : 0)) * context.unit),
});

const yaml = StreamLanguage.define<null>({
  name: 'yaml',
  token: (stream) => advance(stream, nextYamlToken(stream.string, stream.pos)),
  tokenTable: TABLE,
  languageData: { commentTokens: { line: '#' }, closeBrackets: { brackets: ['"', "'", '[', '{'] } },
});

function advance(stream: StringStream, { to, kind }: { to: number; kind: TokenKind }): string | null {
  stream.pos = to;
  return kind === 'plain' ? null : `${PREFIX}${kind}`;
}

/** A policy folds to the line that it begins with. */
const foldPolicies = foldService.of((state, from) => {
  const line = state.doc.lineAt(from);
  if (!/^(?:permit|forbid)\b/.test(line.text)) return null;
  const end = endOfPolicy(state, line.number);
  return end > line.to ? { from: line.to, to: end } : null;
});

function endOfPolicy({ doc }: EditorState, from: number): number {
  for (let number = from; number <= doc.lines; number += 1) {
    const line = doc.line(number);
    if (/;\s*(?:\/\/.*)?$/.test(line.text)) return line.to;
  }
  return 0;
}

export const languageOf = (language: CodeLanguage): Extension =>
  language === 'cedar' ? [cedar, foldPolicies] : yaml;
