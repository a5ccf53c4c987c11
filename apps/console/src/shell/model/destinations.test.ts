import { expect, test } from 'vitest';
import { destinationsFor, policyIdsIn, type Known } from './destinations.ts';

const roles = ['viewer'];
const known: Known = { agents: [], servers: [], policies: [], version: null };
const hex = '0123456789abcdef0123456789abcdef';

test('an id leads to what it names, however it was pasted', () => {
  expect(destinationsFor(` call_${hex}\n`, roles, known)).toEqual([
    { label: `Call call_${hex}`, path: `/calls/call_${hex}` },
  ]);
});

test('a part of a name leads to its pages', () => {
  expect(destinationsFor('APPR', roles, known).map(({ path }) => path)).toEqual(['/approvals']);
  expect(destinationsFor('', roles, known).length).toBeGreaterThan(2);
});

test('the settings are led to for those who may open them', () => {
  expect(destinationsFor('settings', roles, known)).toEqual([]);
  expect(destinationsFor('settings', ['admin'], known).map(({ path }) => path)).toEqual(['/settings']);
});

test.each(['call_1', `call_${hex}/../x`, 'javascript:alert(1)'])('`%s` leads nowhere', (typed) => {
  expect(destinationsFor(typed, roles, known)).toEqual([]);
});

test('a chain is led to by its id, an entry by its number where it may be read', () => {
  expect(destinationsFor(`chain_${hex}`, roles, known).map(({ path }) => path)).toEqual([
    `/chains/chain_${hex}`,
  ]);
  expect(destinationsFor('#155', ['auditor'], known).map(({ path }) => path)).toEqual(['/log/entries/155']);
  expect(destinationsFor('#155', roles, known)).toEqual([]);
});

test('agents, servers and policies are led to by a part of their names', () => {
  const named: Known = {
    agents: ['invoice', 'marketing'],
    servers: ['a/b in voice'],
    policies: ['pay-invoices', 'others'],
    version: 7,
  };
  expect(destinationsFor('voice', roles, named)).toEqual([
    { label: 'Agent invoice', path: '/agents/invoice' },
    { label: 'Server a/b in voice', path: '/servers/a%2Fb%20in%20voice' },
    { label: 'Policy pay-invoices', path: '/policies/versions/7?tab=files&policy=pay-invoices' },
  ]);
  expect(destinationsFor('voice', roles, { ...named, version: null })).toHaveLength(2);
  expect(destinationsFor('', roles, named)).toEqual(destinationsFor('', roles, known));
});

test('of many agents the first are offered', () => {
  const agents = Array.from({ length: 100 }, (_, at) => `agent-${at}`);
  expect(destinationsFor('agent-', roles, { ...known, agents })).toHaveLength(5);
});

test('policies are known by their ids', () => {
  expect(
    policyIdsIn([{ text: '@id("a")\npermit(principal, action, resource);\n@id("b") @owner("c")' }]),
  ).toEqual(['a', 'b']);
});
