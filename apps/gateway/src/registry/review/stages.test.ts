import { describe, expect, it } from 'vitest';
import { describeProblems } from '../../config/problems.ts';
import { type Plan, planChange } from '../apply.ts';
import { type LocatedManifest, parseManifests } from '../manifests.ts';
import type { Objects } from '../objects.ts';
import type { Manifest } from '../schema.ts';
import { stagesOf } from './stages.ts';

const doc = (kind: string, name: string, spec: string) =>
  `apiVersion: countersign.dev/v1alpha1\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: ${spec}\n`;
const agent = (more = '', owner = 'olive') =>
  doc(
    'Agent',
    'invoice',
    `{owner: ${owner}, team: billing, purpose: pays, risk: low, environment: test${more}}`,
  );
const person = (name: string, more = '') => doc('User', name, `{email: ${name}@example.com${more}}`);
const server = (tools = '') =>
  doc(
    'MCPServer',
    'payments',
    `{url: "https://p.example", team: billing, environment: test, risk: low${tools}}`,
  );
const REGISTERED = [
  doc('Team', 'billing', '{}'),
  doc('Group', 'finance', '{}'),
  person('olive', ', groups: [finance]'),
  person('victor'),
  agent(', identities: []'),
  server(),
];

const options = {
  actor: { via: 'api', user: 'olive' },
  now: 1,
  secrets: { hasEnv: () => false, hasFile: () => false },
} as const;

function parsed(...yaml: readonly string[]): readonly LocatedManifest[] {
  const read = parseManifests(yaml.join('---\n'), null);
  if (!read.ok) throw new Error(describeProblems(read.error));
  return read.value;
}
function planned(current: Objects, manifests: readonly LocatedManifest[]): Plan {
  const plan = planChange(current, { manifests }, options);
  if (!plan.ok) throw new Error(describeProblems(plan.error));
  return plan.value;
}

/** What of it waits and what does not, as names, with the fields of what takes effect at once. */
function staged(...yaml: readonly string[]) {
  const current = planned(new Map(), parsed(...REGISTERED)).objects;
  const { atOnce, reviewed } = stagesOf(current, planned(current, parsed(...yaml)), (manifests) => {
    const located = manifests.map((manifest) => ({
      manifest,
      origin: { source: null, document: null, lineOf: () => null },
    }));
    return planChange(current, { manifests: located }, options).ok;
  });
  const name = ({ kind, metadata }: Manifest) => `${kind}/${metadata.name}`;
  return { atOnce: atOnce.map(name), reviewed: reviewed.map(name), specs: atOnce.map(({ spec }) => spec) };
}

describe('what takes effect at once', () => {
  it.each([
    ['a description', doc('Team', 'billing', '{description: pays}'), 'Team/billing'],
    ['how somebody is shown', person('victor', ', displayName: Victor'), 'User/victor'],
    ['a new group, in which nobody is yet', doc('Group', 'new', '{}'), 'Group/new'],
    ['a quarantine', agent(', status: quarantined'), 'Agent/invoice'],
    ['somebody who leaves', person('victor', ', active: false'), 'User/victor'],
  ])('%s', (_what, yaml, name) => {
    expect(staged(yaml)).toMatchObject({ atOnce: [name], reviewed: [] });
  });
});

describe('what waits', () => {
  it.each([
    ['a risk', agent(', risk: high').replace('risk: low, ', ''), 'Agent/invoice'],
    ['a capability', agent(', capabilities: [pay]'), 'Agent/invoice'],
    ['a label', agent(', labels: [trusted]'), 'Agent/invoice'],
    ['another owner', agent('', 'victor'), 'Agent/invoice'],
    ['a group of a person', person('victor', ', groups: [finance]'), 'User/victor'],
    ['what is said of a tool', server(', tools: {pay: {openWorld: false}}'), 'MCPServer/payments'],
    ['a mask', server(', mask: [result.a]'), 'MCPServer/payments'],
    ['another agent', agent().replace('invoice', 'other'), 'Agent/other'],
    ['another person', person('nina'), 'User/nina'],
    [
      'a new agent, also a stopped one',
      agent(', status: retired').replace('invoice', 'other'),
      'Agent/other',
    ],
  ])('%s', (_what, yaml, name) => {
    expect(staged(yaml)).toMatchObject({ atOnce: [], reviewed: [name] });
  });
});

describe('what does both', () => {
  it('is stopped at once, and the rest of it waits', () => {
    const { atOnce, reviewed, specs } = staged(agent(', status: quarantined, capabilities: [pay]'));
    expect([atOnce, reviewed]).toEqual([['Agent/invoice'], ['Agent/invoice']]);
    expect(specs).toMatchObject([{ status: 'quarantined', capabilities: [] }]);
  });

  it('waits as a whole where its parts cannot stand alone, except for what is stopped', () => {
    // That the owner leaves holds only with the new owner, who waits.
    const leaving = person('olive', ', groups: [finance], active: false');
    expect(staged(leaving, agent('', 'victor'))).toMatchObject({
      atOnce: [],
      reviewed: ['User/olive', 'Agent/invoice'],
    });
    const other = agent(', status: quarantined', 'victor');
    expect(staged(leaving, other)).toMatchObject({
      atOnce: ['User/olive', 'Agent/invoice'],
      reviewed: ['Agent/invoice'],
      specs: [{ active: false }, { owner: 'olive', status: 'quarantined' }],
    });
  });

  it('stops an agent whatever else of it has to wait', () => {
    const stopped = agent(', status: quarantined');
    const needed = agent('', 'victor').replace('invoice', 'second');
    expect(staged(stopped, needed, person('victor', ', displayName: V'))).toMatchObject({
      atOnce: ['Agent/invoice', 'User/victor'],
      reviewed: ['Agent/second'],
    });
  });
});
