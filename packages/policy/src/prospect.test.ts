import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Prospect } from './engine-types.ts';
import { getCustomer, ordinaryCall } from './testing/facts.ts';
import { engineWith } from './testing/set-up.ts';

const CATALOGUE = {
  groups: ['finance'],
  teams: ['sre'],
  tools: { 'crm/tool0': { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } } },
};
const call = { ...ordinaryCall, resource: { ...getCustomer, name: 'tool0' } };
const turns = { isOver: () => true, next: async () => undefined };

async function prospectOf(text: string): Promise<Prospect | undefined> {
  const [prospect] = await engineWith(text, CATALOGUE).prospects(call, [call.resource], turns);
  return prospect;
}

const PERMIT = '@id("p") permit (principal, action, resource);';
const SOMETIMES =
  '@id("s") permit (principal, action == Action::"crm/tool0", resource) when { context.input.n < 5 };';
const FORBID = '@id("f") forbid (principal, action, resource) when { resource.risk >= 1 };';
const MAY_FORBID =
  '@id("m") forbid (principal, action == Action::"crm/tool0", resource) when { context.input.n < 3 };';
const GUARD = '@id("g") @approve("finance") forbid (principal, action, resource);';
const MAY_GUARD =
  '@id("w") @approve("finance") forbid (principal, action == Action::"crm/tool0", resource) when { context.input.n > 7 };';
const OTHERS =
  '@id("o") permit (principal is Agent, action, resource) when { principal.purpose == "other" };';
const BROKEN =
  '@id("b") forbid (principal, action, resource) when { (resource.risk + 1) * 9223372036854775807 > 0 };';

describe('what becomes of calls', () => {
  test.each<[string, string, Prospect['answer'], Prospect['reason'], readonly string[]]>([
    ['that nothing permits', OTHERS, 'denied', 'no_permit', []],
    ['that are permitted', `${PERMIT} ${OTHERS}`, 'allowed', 'permitted', ['p']],
    ['that are permitted for some arguments', SOMETIMES, 'depends', null, ['s']],
    ['that are forbidden', `${PERMIT} ${FORBID}`, 'denied', 'forbidden', ['f']],
    ['that are forbidden for some arguments', `${PERMIT} ${MAY_FORBID}`, 'depends', null, ['m', 'p']],
    ['that are held', `${PERMIT} ${GUARD}`, 'held', 'guarded', ['g', 'p']],
    ['that are held for some arguments', `${PERMIT} ${MAY_GUARD}`, 'depends', null, ['p', 'w']],
    ['that would be held and are not permitted', GUARD, 'denied', 'no_permit', []],
    [
      'that are held and may be forbidden',
      `${PERMIT} ${GUARD} ${MAY_FORBID}`,
      'depends',
      null,
      ['g', 'm', 'p'],
    ],
    ['of which a forbid cannot be evaluated', `${PERMIT} ${BROKEN}`, 'denied', 'policy_error', ['b']],
  ])('%s', async (_, text, answer, reason, policies) => {
    const prospect = await prospectOf(text);
    expect([prospect?.answer, prospect?.reason, prospect?.policies.map(({ id }) => id)]).toEqual([
      answer,
      reason,
      policies,
    ]);
  });

  test('is denied of a tool that no policy knows', async () => {
    const engine = engineWith(PERMIT, CATALOGUE);
    const unknown = { ...call.resource, name: 'unheard-of' };
    expect(await engine.prospects(call, [unknown], turns)).toEqual([
      { answer: 'denied', reason: 'policy_unavailable', policies: [] },
    ]);
  });

  test('is what a decision says, whatever the arguments, unless it depends', async () => {
    const all = [PERMIT, SOMETIMES, FORBID, MAY_FORBID, GUARD, MAY_GUARD, OTHERS];
    const outcomes = { allowed: 'allow', held: 'hold', denied: 'deny' } as const;
    await fc.assert(
      fc.asyncProperty(fc.subarray(all), fc.integer({ min: -10, max: 10 }), async (texts, n) => {
        const engine = engineWith(texts.join('\n'), CATALOGUE);
        const [prospect] = await engine.prospects(call, [call.resource], turns);
        const decision = engine.decide({ ...call, input: JSON.stringify({ n }) }, { grants: [] });
        const answer = prospect?.answer ?? 'unknown';
        expect(answer).not.toBe('unknown');
        const isTold = answer === 'depends' || decision.outcome === outcomes[answer as keyof typeof outcomes];
        expect([answer, isTold]).toEqual([answer, true]);
        const named = new Set(prospect?.policies.map(({ id }) => id));
        const unnamed = decision.determining.filter(({ id }) => answer === 'depends' && !named.has(id));
        expect(unnamed).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });
});
