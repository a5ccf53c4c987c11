import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { compile } from './compile/compile.ts';
import { buildSchema } from './schema/build.ts';
import { comparePolicies, type PolicyChange } from './terms.ts';

const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');
const schema = buildSchema(
  {
    servers: [
      {
        name: 'payments',
        tools: [
          {
            name: 'pay',
            inputSchema: {
              type: 'object',
              properties: { amount: { type: 'integer' }, to: { type: 'string' } },
              required: ['amount', 'to'],
            },
          },
        ],
      },
    ],
    groups: ['finance', 'board'],
    teams: ['billing', 'sre'],
  },
  sha256Hex,
);

function setOf(text: string) {
  const compiled = compile([{ file: 'a.cedar', text }], schema, { sha256Hex });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.diagnostics));
  return compiled.set;
}
const compare = (before: string, after: string): PolicyChange[] =>
  comparePolicies(setOf(before), setOf(after));
const policy = (scope: string, rest = '', notes = '', effect = 'permit'): string =>
  `@id("p")\n${notes}\n${effect} (${scope})${rest};\n`;

const SCOPE = 'principal is Agent, action == Action::"payments/pay", resource is Tool';

test('a change of layout and comments alone changes none of the terms', () => {
  const spread = policy(SCOPE.replaceAll(', ', ',\n  // who\n  '), '\nwhen\n{ principal.risk > 1 }');
  expect(compare(policy(SCOPE, ' when {principal.risk > 1}'), spread)).toEqual([
    expect.objectContaining({ id: 'p', change: 'changed', terms: [] }),
  ]);
});

test('what stands in the one set and not in the other is told with all that it says', () => {
  const [added, ...more] = compare('', policy(SCOPE, ' when { principal.risk > 1 }', '@label("pii")'));
  expect(more).toEqual([]);
  expect(added).toMatchObject({ change: 'added', effect: 'permit', file: 'a.cedar', line: 1 });
  expect(added?.terms).toEqual([
    { part: 'effect', name: null, before: null, after: 'permit' },
    { part: 'principal', name: null, before: null, after: 'principal is Agent' },
    { part: 'action', name: null, before: null, after: 'action == Action::"payments/pay"' },
    { part: 'resource', name: null, before: null, after: 'resource is Tool' },
    { part: 'when', name: null, before: null, after: 'principal.risk > 1' },
    { part: 'annotation', name: 'label', before: null, after: 'pii' },
  ]);
  const [removed] = compare(policy(SCOPE), '');
  expect(removed).toMatchObject({ change: 'removed' });
  expect(removed?.terms.every(({ after }) => after === null)).toBe(true);
});

test('scopes that became others are told as Cedar writes them', () => {
  const wider = 'principal, action in [Action::"payments/pay", Action::"mcp:list"], resource';
  const narrow = 'principal is Agent in Team::"sre", action in Action::"mcp:tools/call", resource is Tool';
  expect(compare(policy(wider), policy(narrow))[0]?.terms).toEqual([
    { part: 'principal', name: null, before: 'principal', after: 'principal is Agent in Team::"sre"' },
    {
      part: 'action',
      name: null,
      before: 'action in [Action::"mcp:list", Action::"payments/pay"]',
      after: 'action in Action::"mcp:tools/call"',
    },
    { part: 'resource', name: null, before: 'resource', after: 'resource is Tool' },
  ]);
});

test('conditions come and go one by one, whatever their order', () => {
  const before = policy(SCOPE, ' when { context.input.amount < 100 && principal.risk > 1 }');
  const after = policy(
    SCOPE,
    ' when { principal.risk > 1 && context.input.amount < 500 } unless { context.input.to == "x" || resource.risk > 2 }',
  );
  const said = compare(before, after)[0]?.terms.map(({ part, before: was, after: is }) => [part, was, is]);
  expect(said).toEqual([
    ['when', expect.stringContaining('< 100'), null],
    ['when', null, expect.stringContaining('< 500')],
    ['unless', null, expect.stringContaining('== "x"')],
    ['unless', null, expect.stringContaining('> 2')],
  ]);
});

test('a rule that becomes a guard has another effect, and an annotation has a name', () => {
  const rule = policy(SCOPE, '', '@owner("a")', 'forbid');
  const guard = policy(SCOPE, '', '@owner("b")\n@approve("finance")\n@quorum("2")', 'forbid');
  const [change] = compare(rule, guard);
  expect(change).toMatchObject({ effect: 'guard' });
  expect(change?.terms).toEqual(
    expect.arrayContaining([
      { part: 'effect', name: null, before: 'forbid', after: 'guard' },
      { part: 'annotation', name: 'owner', before: 'a', after: 'b' },
      { part: 'annotation', name: 'approve', before: null, after: 'finance' },
      { part: 'annotation', name: 'quorum', before: null, after: '2' },
    ]),
  );
});
