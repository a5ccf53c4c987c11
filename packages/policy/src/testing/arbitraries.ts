// Random policy sets, arguments and facts over one small vocabulary, for properties that must hold of all of them.

import * as fc from 'fast-check';
import type { CallFacts } from '../facts.ts';
import { ordinaryCall } from './facts.ts';
import type { Catalogue } from './set-up.ts';

export const CATALOGUE: Catalogue = {
  groups: ['finance'],
  teams: ['sre', 'growth'],
  tools: {
    'crm/get_customer': {
      type: 'object',
      required: ['n'],
      properties: {
        n: { type: 'integer' },
        s: { type: 'string' },
        d: { type: 'number' },
        b: { type: 'boolean' },
        tags: { type: 'array', items: { type: 'string' } },
        r: { type: 'object', properties: { n: { type: 'integer' }, s: { type: 'string' } } },
      },
    },
  },
};

const ATOMS = [
  'true',
  'context.input.n > 5',
  'context.input.n * 9223372036854775807 > 0',
  'context.input has s',
  '!(context.input has s)',
  'context.input has s && context.input.s == "x"',
  'context.input has s && context.input.s like "*y"',
  'context.input has d && context.input.d.lessThan(decimal("1.5"))',
  'context.input has b && context.input.b',
  'context.input has tags && context.input.tags.contains("x")',
  'context.input has tags && context.input.tags.isEmpty()',
  'context.input has r',
  'context.input has r && context.input.r has n && context.input.r.n == 1',
  'context.input has r.s && context.input.r.s == "x"',
  'context.meta.hasTag("m")',
  'context.meta.hasTag("m") && context.meta.getTag("m") == "x"',
  'context.now > datetime("2026-06-01")',
  'context.token.ageSeconds > 100',
  'context.exposure.labels.contains("pii")',
  'context has subject && context.subject in Group::"finance"',
  'context.chain has root && context.chain.root == principal',
  'principal in Team::"sre"',
  'resource in principal.team',
  'resource.server.environment == principal.environment',
  'resource in Server::"crm"',
  'principal.owner.groups.contains("finance")',
  'resource.risk >= principal.risk',
  'resource.openWorld',
] as const;

const SCOPES = [
  'principal is Agent, action in Action::"mcp:tools/call", resource is Tool',
  'principal, action == Action::"crm/get_customer", resource',
  'principal in Team::"sre", action == Action::"crm/get_customer", resource in Server::"crm"',
  'principal is Agent in Team::"growth", action == Action::"crm/get_customer", resource',
  'principal == Agent::"triage", action in [Action::"crm/get_customer"], resource == Tool::"crm/get_customer"',
] as const;

const condition = fc
  .array(fc.tuple(fc.boolean(), fc.constantFrom(...ATOMS)), { minLength: 1, maxLength: 3 })
  .chain((atoms) => fc.constantFrom('&&', '||').map((operator) => join(atoms, operator)));

function join(atoms: readonly (readonly [boolean, string])[], operator: string): string {
  return atoms.map(([negated, atom]) => (negated ? `!(${atom})` : `(${atom})`)).join(` ${operator} `);
}

const HEADS = ['permit', 'permit', '@label("pii") permit', 'forbid', '@approve("finance") forbid'] as const;

const policy = fc.record({
  head: fc.constantFrom(...HEADS),
  scope: fc.constantFrom(...SCOPES),
  kind: fc.constantFrom('when', 'unless'),
  condition,
});

/** The text of a set; conditions on arguments stand only under scopes whose action has them. */
export const policyText = fc.array(policy, { minLength: 1, maxLength: 6 }).map((policies) =>
  policies
    .map(({ head, scope, kind, condition }, at) => {
      const typed = scope === SCOPES[0] && condition.includes('context.input') ? SCOPES[1] : scope;
      return `@id("p${at}") ${head} (${typed}) ${kind} { ${condition} };`;
    })
    .join('\n'),
);

const text = fc.constantFrom('x', 'y', 'xy', '');

/** Arguments that the tool's schema allows and Cedar can hold. */
export const input = fc.record(
  {
    n: fc.integer({ min: 0, max: 10 }),
    s: text,
    d: fc.constantFrom(0, 1.25, 1.5, 7),
    b: fc.boolean(),
    tags: fc.array(text),
    r: fc.record({ n: fc.integer({ min: 0, max: 2 }), s: text }, { requiredKeys: [] }),
  },
  { requiredKeys: ['n'] },
);

/** What makes calls differ besides their arguments. */
export const facts: fc.Arbitrary<CallFacts> = fc
  .record({
    team: fc.constantFrom('sre', 'growth'),
    risk: fc.constantFrom(1 as const, 2 as const, 3 as const),
    groups: fc.subarray(['finance']),
    subject: fc.boolean(),
    root: fc.boolean(),
    exposed: fc.subarray(['pii']),
    openWorld: fc.boolean(),
    environment: fc.constantFrom('production', 'staging'),
  })
  .map(({ team, risk, groups, subject, root, exposed, openWorld, environment }) => {
    const person = { name: 'sam', email: 'sam@example.com', groups, active: true };
    const { principal, resource, chain } = ordinaryCall;
    if (principal.kind !== 'agent' || resource.kind !== 'tool') throw new Error('the ordinary call changed');
    const agent = { ...principal, team, risk, environment, owner: person };
    return {
      ...ordinaryCall,
      principal: agent,
      resource: { ...resource, openWorld },
      chain: { ...chain, ...(root ? { root: agent } : {}) },
      exposure: { labels: exposed },
      ...(subject ? { subject: person } : {}),
    };
  });
