import { expect, test } from 'vitest';
import { compile } from './compile/compile.ts';
import { mentionsOf } from './compile/expressions.ts';
import { sha256Hex } from './testing/facts.ts';
import { expectSet, schemaOf, starterPack } from './testing/set-up.ts';

const result = compile(starterPack(), schemaOf({}), { sha256Hex });

test('the starter pack validates without a tool, group or team registered, and without a warning', () => {
  expect(result.diagnostics).toEqual([]);
  expect(result.ok).toBe(true);
});

test('no policy of the starter pack names an agent, a person, a server or a tool', () => {
  const named = expectSet(result).policies.flatMap(({ json }) => mentionsOf(json).entities);
  expect(new Set(named.map(({ type }) => type))).toEqual(new Set(['Action']));
});

test('every policy of the starter pack says what it is for', () => {
  for (const { description } of expectSet(result).policies) expect(description).toMatch(/\w{3}/);
});
