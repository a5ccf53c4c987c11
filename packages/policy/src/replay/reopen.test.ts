import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createEngine } from '../engine.ts';
import { compile } from '../compile/compile.ts';
import type { PolicySource } from '../compile/types.ts';
import { CATALOGUE, facts, policyText } from '../testing/arbitraries.ts';
import { sha256Hex } from '../testing/facts.ts';
import { compileText, expectSet, schemaOf, starterPack } from '../testing/set-up.ts';
import { openReplay } from './replay.ts';
import { reopenSet } from './reopen.ts';

const schema = schemaOf(CATALOGUE);
const NOTHING = new Map<string, string>();

function reopened(sources: readonly PolicySource[], digest: string, broken = NOTHING) {
  return reopenSet({ sources, digest, broken }, { sha256Hex });
}

test('a set is opened by its address alone, and decides as it did, without the tools and groups that there were', () => {
  fc.assert(
    fc.property(policyText, facts, (text, of) => {
      const set = expectSet(compileText(text, schema));
      const again = reopened([{ file: 'other-name.cedar', text }], set.digest);
      if (!again.ok) throw new Error(again.message);
      const engine = createEngine();
      expect(engine.load(set, schema)).toEqual({ ok: true });
      const { request, outcome, reason, determining, unrepresentable } = engine.decide(of, { grants: [] });
      if (request === null) return;
      const replay = openReplay(again.valid);
      if (!replay.ok) throw new Error(replay.message);
      const { principal, action, resource, context, entities } = request;
      const replayed = replay.replay.again({
        call: 'call_1',
        round: 1,
        at: 0,
        outcome,
        reason,
        policySet: set.digest,
        context: JSON.stringify({ principal, action, resource, context }),
        entities: JSON.stringify(entities),
        explanation: JSON.stringify({ determining, unrepresentable }),
        sentence: null,
        erased: [],
        grants: [],
      });
      if (replayed.kind === 'not_replayed') throw new Error(replayed.why);
      expect([replayed.to, replayed.decision.reason]).toEqual([outcome, reason]);
      expect(replayed.decision.determining.map(({ id, reads }) => ({ id, reads }))).toEqual(
        determining.map(({ id, reads }) => ({ id, reads })),
      );
    }),
    { numRuns: 20 },
  );
});

test('the policies that the gateway ships are found again, in whatever order the files come', () => {
  const sources = starterPack();
  const known = schemaOf({ groups: ['finance', 'security', 'platform'], teams: ['platform'] });
  const set = expectSet(compile(sources, known, { sha256Hex }));
  expect(reopened(sources.toReversed(), set.digest)).toMatchObject({ ok: true });
});

const METERS = `
meters:
  - {name: spent, on: ["payments/pay"], add: {input: amount}, per: agent, window: 1d}
  - {name: sent, on: ["payments/pay"], add: {input: cents}, per: agent, window: 1d}
  - {name: calls, on: ["payments/pay"], add: 1, per: agent, window: 1h}
`;

test('of what type the sums of its meters are, the address tells', () => {
  const tools = {
    'payments/pay': {
      type: 'object',
      properties: { amount: { type: 'number' }, cents: { type: 'integer' } },
      required: ['amount', 'cents'],
    },
  };
  const sources = [
    { file: 'a.cedar', text: '@id("a") permit (principal, action, resource);' },
    { file: 'm.meters.yaml', text: METERS },
  ];
  const set = expectSet(compile(sources, schemaOf({ tools }), { sha256Hex }));
  const again = reopened(sources, set.digest);
  if (!again.ok) throw new Error(again.message);
  expect(again.valid.set.meters.map(({ name, type }) => [name, type])).toEqual([
    ['calls', 'long'],
    ['sent', 'long'],
    ['spent', 'decimal'],
  ]);
});

test.each([
  ['other sources', '@id("a") forbid (principal, action, resource);', 'are not those of the set'],
  ['what is no policy', 'permit (', 'it cannot be read'],
])('%s are refused', (_what, text, message) => {
  const set = expectSet(compileText('@id("a") permit (principal, action, resource);', schema));
  const again = reopened([{ file: 'a.cedar', text }], set.digest);
  expect(again).toEqual({ ok: false, message: expect.stringContaining(message) });
});

test('tools that the set no longer fitted are denied again', () => {
  const text = '@id("a") permit (principal, action, resource);';
  const set = expectSet(compileText(text, schema));
  const broken = new Map([['crm/get_customer', 'it has changed']]);
  const again = reopened([{ file: 'a.cedar', text }], set.digest, broken);
  expect(again.ok && again.valid.schema.broken).toBe(broken);
});
