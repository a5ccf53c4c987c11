import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sha256Hex } from '../testing/facts.ts';
import { expectSet, schemaOf } from '../testing/set-up.ts';
import { compile } from './compile.ts';

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

/** The first block of a language. */
function block(language: string): string {
  const [, text] = new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(README) ?? [];
  if (text === undefined) throw new Error(`the README shows no ${language}`);
  return text;
}

test('the template and its link in the README compile, without a warning, to the policy that they promise', () => {
  const sources = [
    { file: 'a.cedar', text: block('cedar') },
    { file: 'teams.links.yaml', text: block('yaml') },
  ];
  const result = compile(sources, schemaOf({ teams: ['sre'], tools: { 'crm/find': {} } }), { sha256Hex });
  expect(result.diagnostics).toEqual([]);
  expect(expectSet(result).policies.map(({ id, description }) => [id, description])).toEqual([
    ['team.may-use.sre-crm', 'On-call looks customers up'],
  ]);
});
