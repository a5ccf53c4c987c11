import type { ValidationError } from '@cedar-policy/cedar-wasm/nodejs';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { openCedar } from '../cedar-door.ts';
import { sha256Hex } from '../testing/facts.ts';
import { schemaOf } from '../testing/set-up.ts';
import { compile } from './compile.ts';
import { indexActions } from './action-index.ts';
import { mentionsOf } from './expressions.ts';
import { needsIn } from './slices.ts';

// One instance for all runs: what is under test is not how instances are replaced.
const cedar = openCedar();

const property = fc.constantFrom<unknown>(
  undefined,
  { type: 'integer' },
  { type: 'string' },
  { type: 'object', properties: { n: { type: 'integer' } } },
  { type: 'object', required: ['n'], properties: { n: { type: 'string' }, m: { type: 'integer' } } },
);
const tool = fc.record({ n: property, r: property, required: fc.subarray(['n', 'r']) });
const names = ['a/one', 'a/two', 'a/three', 'b/one', 'b/two'] as const;
const catalogue = fc
  .tuple(...names.map(() => tool))
  .map((tools) =>
    Object.fromEntries(
      tools.map(({ required, ...properties }, at) => [
        names[at] ?? '',
        { type: 'object', required, properties },
      ]),
    ),
  );

const action = fc.constantFrom(
  'action',
  'action == Action::"a/one"',
  'action == Action::"b/gone"',
  'action == Action::"mcp:list"',
  'action == Action::"mcp:tools/call"',
  'action in Action::"mcp"',
  'action in Action::"mcp:tools/call"',
  'action in [Action::"a/one", Action::"b/two", Action::"mcp:list"]',
  'action in Action::"mcp:client"',
  'action in [Action::"a2a", Action::"a/two"]',
);
const principal = fc.constantFrom(
  'principal',
  'principal is Agent',
  'principal is Server',
  'principal == User::"x"',
);
const resource = fc.constantFrom(
  'resource',
  'resource is Tool',
  'resource in Server::"a"',
  'resource is Agent',
);
const atom = fc.constantFrom(
  'true',
  'false',
  'context.input.n > 1',
  'context.input has n && context.input.n > 1',
  'context.input has n && context.input.n == "x"',
  'context.input has r && context.input.r.n == 1',
  'context.input has r.n && context.input.r.n == "x"',
  'context.input has nowhere',
  'context.input == {}',
  'context has token && context.token.ageSeconds > 1',
  '(if principal == principal then context.input else context.input) has n',
  'action == Action::"a/two"',
  'action == Action::"b/gone"',
  '!(action in Action::"mcp:list")',
  'action in [Action::"a/one", Action::"mcp:client"] || context.input has n',
  'action == Action::"a/one" && context.input.n > 1',
  'action in Action::"mcp:tools/call" && context.input has n && context.input.n > 1',
  'resource.risk > 1',
  'principal.risk > 1',
  'resource.server.risk > 1',
  'context.chain.labels.contains("x")',
);
const policy = fc
  .tuple(
    fc.constantFrom('permit', 'forbid'),
    principal,
    action,
    resource,
    atom,
    fc.constantFrom('&&', '||'),
    atom,
  )
  .map(
    ([effect, principal, action, resource, one, operator, other]) =>
      `${effect} (${principal}, ${action}, ${resource}) when { (${one}) ${operator} (${other}) };`,
  );

/** What the engine says of each policy when it is shown the whole schema, less in which action. */
function said(policyId: string, errors: readonly ValidationError[]): string[] {
  const texts = errors
    .filter((error) => error.policyId === policyId)
    .map(({ error }) => {
      const message = error.message
        .replace(/^for policy `[^`]*`, /, '')
        .replaceAll(/Action::"[^"]*"/g, 'Action');
      return `${error.sourceLocations?.[0]?.start ?? 0} ${message}`;
    });
  return [...new Set(texts)].sort();
}

/** A policy that is about no action is not said to be impossible, too. */
function withoutEcho(warnings: readonly string[]): readonly string[] {
  const isPointless = warnings.some((warning) => warning.includes('unable to find an applicable action'));
  return isPointless ? warnings.filter((warning) => !warning.includes('is impossible')) : warnings;
}

test('a policy validated against the actions that it can be about gets the findings of the whole schema', () => {
  let faulty = 0;
  fc.assert(
    fc.property(catalogue, fc.array(policy, { minLength: 5, maxLength: 20 }), (tools, policies) => {
      const schema = schemaOf({ tools });
      const texts = policies.map((text, at) => `@id("p${at}") ${text}`);
      const { diagnostics } = compile([{ file: 'a.cedar', text: texts.join('\n') }], schema, {
        sha256Hex,
        open: () => cedar,
      });
      const whole = cedar.validate({
        schema: schema.json,
        policies: { staticPolicies: Object.fromEntries(texts.map((text, at) => [`p${at}`, text])) },
      });
      if (whole.type === 'failure') throw new Error(whole.errors[0]?.message);
      for (const [at, text] of texts.entries()) {
        const wrong = said(`p${at}`, whole.validationErrors);
        const want = wrong.length > 0 ? wrong : withoutEcho(said(`p${at}`, whole.validationWarnings));
        const ours = diagnostics.filter(({ policy }) => policy === `p${at}`);
        faulty += want.length > 0 ? 1 : 0;
        for (const finding of want) {
          const [offset = '', ...message] = finding.split(' ');
          const found = ours.some(
            (d) =>
              d.column === Number(offset) + 1 &&
              d.message.replaceAll(/Action::"[^"]*"/g, 'Action').startsWith(message.join(' ')),
          );
          expect([text, finding, found]).toEqual([text, finding, true]);
        }
        expect(ours.some(({ severity }) => severity === 'error')).toBe(wrong.length > 0);
      }
    }),
    { numRuns: 40 },
  );
  expect(faulty).toBeGreaterThan(100);
});

test('a thousand tools are to a policy as many as it can tell apart', () => {
  const tools = Object.fromEntries(
    Array.from({ length: 1_000 }, (_, at) => [
      `s/t${at}`,
      { type: 'object', properties: { [`p${at}`]: { type: 'string' }, n: { type: 'integer' } } },
    ]),
  );
  const needsOf = needsIn(indexActions(schemaOf({ tools })));
  const needs = (condition: string): number => {
    const text = `permit (principal, action in Action::"mcp:tools/call", resource) when { ${condition} };`;
    const answer = cedar.policyToJson(text);
    if (answer.type === 'failure') throw new Error(answer.errors[0]?.message);
    return needsOf({ json: answer.json, reads: mentionsOf(answer.json).reads }).actions.length;
  };
  expect(needs('resource.risk > 1')).toBe(1);
  // The operation itself has no arguments, all tools have an `n`, and one has a `p7`.
  expect(needs('context.input has n')).toBe(2);
  expect(needs('context.input has p7 && context.input.n > 1')).toBe(3);
  expect(needs('action == Action::"s/t9"')).toBe(2);
  expect(needs('context.input == {}')).toBe(1_001);
});
