import { expect, test } from 'vitest';
import { nextYamlToken } from './yaml-tokens.ts';

function kinds(line: string): [string, string][] {
  const found: [string, string][] = [];
  for (let at = 0; at < line.length; ) {
    const { to, kind } = nextYamlToken(line, at);
    const part = line.slice(at, to);
    if (part.trim() !== '') found.push([part, kind]);
    at = to;
  }
  return found;
}

test.each([
  [
    '- template: team.may-use',
    [
      ['- template', 'attribute'],
      [':', 'plain'],
      ['team.may-use', 'plain'],
    ],
  ],
  [
    '  most: 10 # a day',
    [
      ['most', 'attribute'],
      [':', 'plain'],
      ['10', 'number'],
      ['# a day', 'comment'],
    ],
  ],
  [
    `principal: 'Team::"sre"'`,
    [
      ['principal', 'attribute'],
      [':', 'plain'],
      [`'Team::"sre"'`, 'string'],
    ],
  ],
  [
    'want: { ok: true }',
    [
      ['want', 'attribute'],
      [':', 'plain'],
      ['{', 'plain'],
      ['ok', 'attribute'],
      [':', 'plain'],
      ['true', 'constant'],
      ['}', 'plain'],
    ],
  ],
  [
    'a#b',
    [
      ['a', 'plain'],
      ['#', 'plain'],
      ['b', 'plain'],
    ],
  ],
])('%s', (line, parts) => {
  expect(kinds(line)).toEqual(parts);
});
