// The policies that the gateway ships: what they decide, case by case, and what they must never do.

import { describe, expect, test } from 'vitest';
import { readCases } from './cases/read.ts';
import { runCases } from './cases/run.ts';
import type { PolicyCase } from './cases/types.ts';
import { compile } from './compile/compile.ts';
import { mentionsOf } from './compile/expressions.ts';
import { sha256Hex } from './testing/facts.ts';
import { examplePack, expectSet, packCases, schemaOf, starterPack } from './testing/set-up.ts';

const result = compile(starterPack(), schemaOf({}), { sha256Hex });

test('the starter pack validates without a tool, group or team registered, and without a warning', () => {
  expect(result.diagnostics).toEqual([]);
  expect(result.ok).toBe(true);
});

test('no policy of the starter pack names an agent, a person, a server or a tool', () => {
  const named = expectSet(result).policies.flatMap(({ json }) => mentionsOf(json).entities);
  expect(new Set(named.map(({ type }) => type))).toEqual(new Set(['Action']));
});

test('no policy of the examples names an agent or a person', () => {
  const texts = examplePack().map(({ text }) => text);
  expect(texts.filter((text) => /(?:Agent|User)::"/.test(text))).toEqual([]);
});

describe.each([
  ['starter', starterPack()],
  ['examples', [...starterPack(), ...examplePack()]],
] as const)('the %s pack', (pack, sources) => {
  const cases = packCases(pack).flatMap(casesIn);

  test.each(cases)('$name', (one) => {
    expect(runCases([one], { sources, sha256Hex }).results[0]?.differences).toEqual([]);
  });

  test('has a case in which each of its policies matters', () => {
    const own = pack === 'starter' ? /^/ : /^(?:spend|break-glass)\./;
    const { coverage } = runCases(cases, { sources, sha256Hex });
    const idle = coverage.filter(({ id, matched }) => own.test(id) && matched === 0);
    expect(idle.map(({ id }) => id)).toEqual([]);
  });
});

test('every policy of the starter pack says what it is for', () => {
  for (const { description } of expectSet(result).policies) expect(description).toMatch(/\w{3}/);
});

function casesIn(source: { readonly file: string; readonly text: string }): readonly PolicyCase[] {
  const read = readCases(source);
  if (read.ok) return read.cases;
  throw new Error(read.diagnostics.map((d) => `${d.file}:${d.line}:${d.column} ${d.message}`).join('\n'));
}
