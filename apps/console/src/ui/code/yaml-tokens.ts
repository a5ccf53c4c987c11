// Splits a line of YAML into what is shown apart: names, texts, numbers and comments. It only colours.
import type { Token } from './cedar-tokens.ts';

const COMMENT = /#.*/y;
const KEY = /(?:- +)*(?:"[^"]*"|'[^']*'|[\w.<-]+)(?=\s*:(?:\s|$))/y;
const STRING = /"(?:[^"\\]|\\.)*"?|'[^']*'?/y;
const NUMBER = /-?\d+(?:\.\d+)?(?=[\s,\]}]|$)/y;
const CONSTANT = /(?:true|false|null)(?=[\s,\]}]|$)/y;
const WORDS = /[^\s"'#[\]{},:]+|\s+/y;

const KINDS = [
  [KEY, 'attribute'],
  [STRING, 'string'],
  [NUMBER, 'number'],
  [CONSTANT, 'constant'],
  [WORDS, 'plain'],
] as const;

export function nextYamlToken(line: string, from: number): Token {
  // A sign within a word begins no comment.
  if (from === 0 || /\s/.test(line[from - 1] ?? '')) {
    COMMENT.lastIndex = from;
    if (COMMENT.test(line)) return { to: COMMENT.lastIndex, kind: 'comment' };
  }
  for (const [pattern, kind] of KINDS) {
    pattern.lastIndex = from;
    if (pattern.test(line)) return { to: pattern.lastIndex, kind };
  }
  return { to: from + 1, kind: 'plain' };
}
