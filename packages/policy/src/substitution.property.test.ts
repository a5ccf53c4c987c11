// The issue's own words: no substitution of a value turns a hold or a deny into an allow. For generated schemas,
// policies that read them in every way, and arguments of which one value is replaced by one that Cedar cannot hold.

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Cedar, openCedar } from './cedar-door.ts';
import { createEngine } from './engine.ts';
import type { PolicySchema } from './schema/types.ts';
import { ordinaryCall } from './testing/facts.ts';
import { modelledTool, type Written, write } from './testing/modelled.ts';
import { readingPolicies } from './testing/readers.ts';
import { compileText, schemaOf } from './testing/set-up.ts';

const TOOL = 'crm/get_customer';
// One instance for all runs: what is under test is not how instances are replaced.
const shared: Cedar = openCedar();
const open = (): Cedar => shared;

/** Texts of values that no type of the mapping can hold, wherever they stand. */
const UNSHOWABLE = ['null', '1e400', '0.00001', '-9007199254740993.5', '"\\ud800"', '[null]'] as const;

type Substitution = (typeof UNSHOWABLE)[number] | 'gone' | 'more';

/** The value with the part at one place replaced, or with a member more or less; places are counted in preorder. */
function change(value: Written, place: number, by: Substitution): Written {
  let at = -1;
  const walk = (part: Written): Written | null => {
    at += 1;
    const isHere = at === place;
    if (isHere && by === 'gone') return null;
    if (isHere && by === 'more' && part.kind === 'object')
      return { ...part, members: [...part.members, ['never declared', { kind: 'text', text: '1' }]] };
    if (isHere && by !== 'more') return { kind: 'text', text: by };
    switch (part.kind) {
      case 'text':
        return part;
      case 'array':
        return { ...part, items: part.items.flatMap((item) => walk(item) ?? []) };
      case 'object':
        return {
          ...part,
          members: part.members.flatMap(([name, member]) => {
            const walked = walk(member);
            return walked === null ? [] : [[name, walked] as const];
          }),
        };
    }
  };
  return walk(value) ?? value;
}

function places(value: Written): number {
  switch (value.kind) {
    case 'text':
      return 1;
    case 'array':
      return value.items.reduce((sum, item) => sum + places(item), 1);
    case 'object':
      return value.members.reduce((sum, [, member]) => sum + places(member), 1);
  }
}

const schemaWith = (inputSchema: object): PolicySchema =>
  schemaOf({ tools: { [TOOL]: inputSchema }, groups: ['finance'] });

const scenario = modelledTool.chain(({ schema: inputSchema, value }) => {
  const input = schemaWith(inputSchema).tools.get(TOOL);
  if (input === undefined) throw new Error('the tool has no type');
  return fc.record({
    inputSchema: fc.constant(inputSchema),
    value: fc.constant(value),
    policies: readingPolicies(TOOL, input),
    substitutions: fc.array(
      fc.tuple(fc.nat(), fc.constantFrom<Substitution>(...UNSHOWABLE, ...UNSHOWABLE, 'more', 'gone')),
      { minLength: 12, maxLength: 12 },
    ),
  });
});

test('no value that Cedar cannot hold turns a hold or a deny into an allow', () => {
  let [compiled, stopped, blind] = [0, 0, 0];
  fc.assert(
    fc.property(scenario, ({ inputSchema, value, policies, substitutions }) => {
      const schema = schemaWith(inputSchema);
      const set = compileText(policies, schema, open);
      // What can never be true does not go live.
      if (!set.ok) return;
      compiled += 1;
      const engine = createEngine({ open });
      expect(engine.load(set.set, schema)).toEqual({ ok: true });
      const decide = (input: string) => engine.decide({ ...ordinaryCall, input }, { grants: [] });
      const before = decide(write(value));
      if (before.outcome === 'allow') return;
      // The arguments themselves must stay an object: the root is not replaced.
      const count = places(value);
      for (const [place, by] of substitutions) {
        const at = by === 'more' ? place % count : 1 + (place % Math.max(1, count - 1));
        const after = decide(write(change(value, at, by)));
        // A member that may be missing can be left out by anybody: that is another call, and nothing is unknown of it.
        if (after.unrepresentable.length === 0) continue;
        stopped += 1;
        if (after.reason === 'unrepresentable_input') blind += 1;
        expect(after.outcome, `${write(value)} → ${at} ${by}\n${policies}`).not.toBe('allow');
      }
    }),
    { numRuns: 250 },
  );
  // The property says something: it was asked often, and often a policy read what it could not be shown.
  expect(compiled).toBeGreaterThan(60);
  expect(stopped).toBeGreaterThan(300);
  expect(blind).toBeGreaterThan(50);
});
