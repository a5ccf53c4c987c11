import { expect, test } from 'vitest';
import { type CodeNames, offersAt } from './offers.ts';

const member = (name: string, type: string, isOptional = false) => ({ name, type, isOptional });
const NAMES: CodeNames = {
  types: {
    Agent: [member('risk', 'Long'), member('capabilities', 'Set<String>'), member('owner', 'User')],
    User: [member('email', 'String')],
    Tool: [member('openWorld', 'Boolean')],
    Team: [],
    context: [member('chain', 'context.chain'), member('now', 'datetime'), member('subject', 'User', true)],
    'context.chain': [member('depth', 'Long')],
    'context of payments/pay': [member('input', 'input of payments/pay')],
    'input of payments/pay': [member('amount', 'Long')],
  },
  ids: { Team: ['sre', 'billing'], Action: ['payments/pay', 'mcp:list'] },
};
const labels = (before: string): readonly string[] | undefined =>
  offersAt(before, NAMES)?.offers.map(({ label }) => label);

test('annotations are offered after their sign', () => {
  expect(offersAt('@app', NAMES)).toMatchObject({ typed: 'app', isSure: true });
  expect(labels('@')).toEqual(expect.arrayContaining(['id', 'approve', 'redact']));
});

test('an attribute path goes on with what its type has, and with what can be asked of it', () => {
  expect(labels('permit (principal is Agent, action, resource) when { principal.')).toEqual([
    'risk',
    'capabilities',
    'owner',
  ]);
  expect(labels('when { principal.owner.')).toEqual(['email']);
  expect(labels('when { principal.capabilities.')).toContain('containsAny');
  expect(labels('when { context.chain.d')).toEqual(['depth']);
  expect(labels('when { context.now.')).toContain('toTime');
});

test('what a scope says of the resource narrows what it has; else it may be any', () => {
  const scope = 'permit (principal, action, resource is Tool) when { resource.';
  expect(labels(scope)).toEqual(['openWorld']);
  expect(labels('when { resource.')).toEqual(['risk', 'capabilities', 'owner', 'openWorld']);
});

test('arguments are those of the tool that the policy is about', () => {
  const scope = 'forbid (principal, action == Action::"payments/pay", resource) when { context.input.';
  expect(labels(scope)).toEqual(['amount']);
  expect(labels('when { context.input.')).toEqual([]);
});

test('ids are offered between their quotes, types after `is`, and nothing in a comment or another text', () => {
  expect(offersAt('principal in Team::"s', NAMES)).toMatchObject({ typed: 's', isText: true });
  expect(labels('principal in Team::"')).toEqual(['sre', 'billing']);
  expect(labels('principal is ')).toEqual(['Agent', 'User', 'Tool', 'Team']);
  expect(offersAt('// principal.', NAMES)).toBeNull();
  expect(offersAt('@description("principal.', NAMES)).toBeNull();
  expect(offersAt('when { 12', NAMES)).toBeNull();
});

test('where no names are known, the language’s own words are', () => {
  expect(offersAt('per', undefined)?.offers.map(({ label }) => label)).toContain('permit');
  expect(offersAt('principal.', undefined)?.offers).toEqual([]);
  expect(offersAt('constructor.', NAMES)?.offers).toEqual([]);
});
