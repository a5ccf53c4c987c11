import { expect, test } from 'vitest';
import { describeProblems } from './problems.ts';
import { parseYaml } from './yaml.ts';

function told(text: string): string {
  const parsed = parseYaml(text, 'a.yaml');
  return parsed.ok ? '' : describeProblems(parsed.error);
}

test.each([
  [
    'a bracket that is not closed',
    'log:\n  witnesses: [a, b\n  head: {file: x}\nadminPlane:\n  port: 1\nprivacy:\n  x: [\n',
    /^a\.yaml:\d+ \(document 1\): not valid YAML at column \d+, in `[^`]+`: .*: correct the syntax$/,
  ],
  [
    'wrong indentation',
    'dataPlane:\n  port: 1\n host: x\n  tls: y\n',
    /^a\.yaml:3 \(document 1\): not valid YAML at column 1, in `host: x`: .*: correct the syntax$/,
  ],
  [
    'a quote that is not closed',
    'a: "b\nc: d\ne: f\n',
    /^a\.yaml:\d+ \(document 1\): not valid YAML at column \d+[^\n]*: correct the syntax$/,
  ],
  [
    'a key twice',
    'a: 1\na: 2\na: 3\n',
    /^a\.yaml:2 \(document 1\): .* column 1, in `a: 2`: map keys must be unique/,
  ],
])('%s is one problem, with its line, column and text', (_what, text, said) => {
  expect(told(text)).toMatch(said);
  expect(told(text).split('\n')).toHaveLength(1);
});

test.each([
  ['a word that begins with an asterisk', 'a: *nope\n', 'nothing is marked `&nope`, which `*nope` refers to'],
  ['what is no text', 'a: 1\n\u0000\u0001', 'a.yaml:2: there are control characters in it: name a text file'],
  ['brackets in brackets', '['.repeat(100_000), 'nested too deeply'],
])('%s is told in words', (_what, text, said) => {
  expect(told(text)).toContain(said);
});

test('each document has its own first problem', () => {
  const problems = told('a: [1\nb: 2\n---\nc: 3\n---\n d: 1\ne: 2\nf: [\n').split('\n');
  expect(problems).toHaveLength(2);
  expect(problems[0]).toContain('(document 1)');
  expect(problems[1]).toContain('(document 3)');
});

test('what may be a secret is not said back', () => {
  const said = told('clientSecret: "hunter2\n  x: y\napi_token: abc: def\n');
  expect(said).toContain('not valid YAML');
  expect(said).not.toMatch(/hunter2|abc/);
});
