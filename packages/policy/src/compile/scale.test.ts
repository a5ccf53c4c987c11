import type { ValidationCall } from '@cedar-policy/cedar-wasm/nodejs';
import { expect, test } from 'vitest';
import { type Cedar, openCedar } from '../cedar-door.ts';
import { createEngine } from '../engine.ts';
import { ordinaryCall, sha256Hex } from '../testing/facts.ts';
import { CATALOGUE } from '../testing/arbitraries.ts';
import { expectSet, schemaOf } from '../testing/set-up.ts';
import { compile } from './compile.ts';

const cedar = openCedar();

/** How many policies the engine is asked to validate. */
const policiesIn = ({ policies }: ValidationCall): number =>
  typeof policies.staticPolicies === 'string' ? policies.staticPolicies.split('@id(').length - 1 : 0;

test('what compiling gives can be sent to another thread, and is in force there', () => {
  const schema = schemaOf(CATALOGUE);
  const sources = [
    {
      file: 'a.cedar',
      text: '@id("a") @label("pii") permit (principal, action in Action::"mcp", resource) when { resource.risk < 3 };\n@id("t") @approve("finance") @maxWait("1h") forbid (principal in ?principal, action, resource);',
    },
    { file: 'b.links.yaml', text: `links: [{ template: t, id: t.sre, principal: 'Team::"growth"' }]` },
    {
      file: 'c.meters.yaml',
      text: 'meters: [{ name: calls, on: [crm/get_customer], add: 1, per: agent, window: 1h }]',
    },
  ];
  const result = compile(sources, schema, { sha256Hex });
  const sent = structuredClone(result);
  expect(sent).toEqual(result);
  const engine = createEngine();
  expect(engine.load(expectSet(sent), structuredClone(schema))).toEqual({ ok: true });
  expect(engine.decide(ordinaryCall, { grants: [] })).toMatchObject({
    outcome: 'allow',
    reason: 'permitted',
  });
});

test('policies over many tools cost the engine a few actions each, not all of them', () => {
  const tools = Object.fromEntries(
    Array.from({ length: 500 }, (_, at) => [
      `s${at % 25}/t${at}`,
      { type: 'object', properties: { n: { type: 'integer' }, [`p${at}`]: { type: 'string' } } },
    ]),
  );
  const schema = schemaOf({ tools });
  const ids = Object.keys(tools);
  const text = Array.from({ length: 1_000 }, (_, at) => {
    const id = ids[at % ids.length] ?? '';
    const scope = at % 10 === 0 ? 'action in Action::"mcp:tools/call"' : `action == Action::"${id}"`;
    return `@id("p${at}") permit (principal is Agent, ${scope}, resource) when { context.input has n && context.input.n > ${at} };`;
  });
  let parsed = 0;
  let validations = 0;
  let typed = 0;
  const open = (): Cedar => ({
    ...cedar,
    policyToJson: (policy) => {
      parsed += 1;
      return cedar.policyToJson(policy);
    },
    validate: (call) => {
      validations += 1;
      const actions = typeof call.schema === 'string' ? {} : (call.schema['']?.actions ?? {});
      const applicable = Object.values(actions).filter(({ appliesTo }) => appliesTo !== undefined);
      typed += policiesIn(call) * applicable.length;
      return cedar.validate(call);
    },
  });
  expectSet(compile([{ file: 'a.cedar', text: text.join('\n') }], schema, { sha256Hex, open }));
  expect(parsed).toBe(1_000);
  expect(validations).toBeLessThan(150);
  // The engine types each policy once for each action that it is shown; shown all, this would be half a million times.
  expect(typed).toBeLessThan(10 * 1_000);
});
