import * as fc from 'fast-check';
import type { PolicySet, TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import { expect, test } from 'vitest';
import { openCedar } from '../cedar-door.ts';
import { sha256Hex } from '../testing/facts.ts';
import { expectSet, schemaOf } from '../testing/set-up.ts';
import { compile } from './compile.ts';
import type { CompiledPolicySet } from './types.ts';

// One instance for all runs: what is under test is not how instances are replaced.
const cedar = openCedar();
const schema = schemaOf({});

const SLOTS = ['principal', 'resource'] as const;
type Slot = (typeof SLOTS)[number];

interface Text {
  readonly text: string;
  readonly slots: readonly Slot[];
}

interface Link {
  /** Which of the texts it fills, if that is a template. */
  readonly of: number;
  readonly principal: TypeAndId;
  readonly resource: TypeAndId;
}

const entity = (...types: string[]): fc.Arbitrary<TypeAndId> =>
  fc.record({ type: fc.constantFrom(...types), id: fc.constantFrom('a', 'b', 'c"\\', 'é') });
const pair = fc.record({ principal: entity('Agent', 'User'), resource: entity('Server', 'Agent') });
const link: fc.Arbitrary<Link> = fc.tuple(fc.nat(2), pair).map(([of, pair]) => ({ of, ...pair }));
const scope = (slot: Slot, type: string): fc.Arbitrary<string> =>
  fc.constantFrom(slot, `${slot} == ?${slot}`, `${slot} in ?${slot}`, `${slot} is ${type} in ?${slot}`);
const condition = fc.constantFrom(
  '',
  ' when { principal == resource }',
  ' unless { principal in Agent::"?principal" }',
);

/** Three policies, some of them templates. */
const texts = fc.tuple(...[0, 1, 2].map((at) => textOf(`t${at}`)));

function textOf(id: string): fc.Arbitrary<Text> {
  return fc
    .tuple(
      fc.constantFrom('permit', 'forbid'),
      scope('principal', 'Agent'),
      scope('resource', 'Server'),
      condition,
    )
    .map(([effect, principal, resource, condition]) => ({
      text: `@id("${id}") // ?principal\n${effect} (${principal}, action, ${resource})${condition};`,
      slots: SLOTS.filter((slot) => `${principal} ${resource}`.includes(`?${slot}`)),
    }));
}

/** The set as we link it. */
function ours(texts: readonly Text[], links: readonly Link[]): CompiledPolicySet {
  const written = links.map((link, at) => ({
    template: `t${link.of}`,
    id: `l${at}`,
    ...Object.fromEntries(
      slotsOf(link, texts).map((slot) => [slot, `${link[slot].type}::${JSON.stringify(link[slot].id)}`]),
    ),
  }));
  const sources = [
    { file: 'a.cedar', text: texts.map(({ text }) => text).join('\n') },
    { file: 'b.links.yaml', text: JSON.stringify({ links: written }) },
  ];
  return expectSet(compile(sources, schema, { sha256Hex, open: () => cedar }));
}

/** The set as the engine links it. */
function theirs(texts: readonly Text[], links: readonly Link[]): PolicySet {
  const those = (want: boolean) =>
    Object.fromEntries(
      texts.flatMap(({ text, slots }, at) => (slots.length > 0 === want ? [[`t${at}`, text]] : [])),
    );
  return {
    staticPolicies: those(false),
    templates: those(true),
    templateLinks: links.map((link, at) => ({
      templateId: `t${link.of}`,
      newId: `l${at}`,
      values: Object.fromEntries(slotsOf(link, texts).map((slot) => [`?${slot}`, link[slot]])),
    })),
  };
}

function slotsOf({ of }: Link, texts: readonly Text[]): readonly Slot[] {
  return texts[of]?.slots ?? [];
}

function decide(policies: PolicySet, asked: { principal: TypeAndId; resource: TypeAndId }): unknown {
  const action = { type: 'Action', id: 'mcp:ping' };
  const answer = cedar.isAuthorized({ ...asked, action, context: {}, entities: [], policies });
  if (answer.type === 'failure') throw new Error(answer.errors[0]?.message);
  const { decision, diagnostics } = answer.response;
  return { decision, reason: diagnostics.reason.toSorted(), errors: diagnostics.errors };
}

test('a linked set decides exactly as the engine’s own links of the same templates do', () => {
  let linked = 0;
  fc.assert(
    fc.property(
      texts,
      fc.array(link, { maxLength: 6 }),
      fc.array(pair, { minLength: 8 }),
      (texts, all, asked) => {
        const links = all.filter((link) => slotsOf(link, texts).length > 0);
        linked += links.length;
        const set = ours(texts, links);
        const policies = {
          staticPolicies: Object.fromEntries(set.policies.map(({ id, text }) => [id, text])),
        };
        const own = theirs(texts, links);
        for (const request of asked) expect(decide(policies, request)).toEqual(decide(own, request));
      },
    ),
    { numRuns: 75 },
  );
  expect(linked).toBeGreaterThan(50);
});
