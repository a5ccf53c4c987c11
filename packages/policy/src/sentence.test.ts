import { expect, test } from 'vitest';
import type { CallFacts } from './facts.ts';
import { sentence } from './sentence.ts';
import { getCustomer, ordinaryCall, triage } from './testing/facts.ts';
import { engineWith } from './testing/set-up.ts';

const CATALOGUE = { groups: ['finance', 'legal'], tools: { 'crm/get_customer': { type: 'object' } } };
const PERMIT = '@id("p") permit (principal, action, resource);';

function said(text: string, call: CallFacts = ordinaryCall, grants: string[] = []): string {
  return sentence(call, engineWith(text, CATALOGUE).decide(call, { grants }));
}

const WHO = 'Agent triage (owner dana@example.com, team sre, risk medium, capabilities customer-lookup)';
const TOOL = 'tool crm/get_customer (server crm, risk low)';
const GUARDS = `${PERMIT}
@id("g") @approve("finance") forbid (principal, action, resource);
@id("h") @approve("legal") @quorum("2") forbid (principal, action, resource);`;

test('a held call says who can approve it', () => {
  expect(said(GUARDS)).toBe(
    `${WHO} asked to call ${TOOL} and this was held by policies g and h until someone in finance approves and 2 people in legal approve.`,
  );
});

test('an approved call says what was approved', () => {
  expect(said(GUARDS, ordinaryCall, ['g', 'h'])).toBe(
    `${WHO} called ${TOOL} and this was permitted by policy p after the approval that policies g and h asked for.`,
  );
});

test('a call that no policy permits says so', () => {
  expect(said('')).toBe(`${WHO} asked to call ${TOOL} and this was denied: no policy permits it.`);
});

test('a call whose policy could not be evaluated names the policy', () => {
  const text = `${PERMIT} @id("f") forbid (principal, action, resource) when { resource.risk * 9223372036854775807 * 2 > 0 };`;
  expect(said(text)).toBe(
    `${WHO} asked to call ${TOOL} and this was denied: policy f could not be evaluated.`,
  );
});

test('a call that hides an argument from a policy names both', () => {
  const text = `${PERMIT} @id("f") forbid (principal, action == Action::"crm/get_customer", resource) when { context.input has x };`;
  expect(said(text, { ...ordinaryCall, input: '{"x":1}' })).toBe(
    `${WHO} asked to call ${TOOL} and this was denied: the argument input.x cannot be shown to policy f.`,
  );
});

test('a list and a server are named as such', () => {
  const call: CallFacts = { ...ordinaryCall, operation: 'mcp:tools/list', resource: getCustomer.server };
  expect(said(PERMIT, call)).toBe(
    `${WHO} listed the tools of server crm (team sre, risk low) and this was permitted by policy p.`,
  );
});

test('names cannot break the line, reorder it or run on', () => {
  const principal = { ...triage, capabilities: [], name: `a\nb\u202Ec\u2028d${'x'.repeat(300)}` };
  const text = said(PERMIT, { ...ordinaryCall, principal });
  expect(text).toMatch(/^Agent a b c dx+… \(owner/);
  expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}]/u);
});
