import type { CedarValueJson, EntityJson, PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Cedar, openCedar } from '../cedar-door.ts';
import type { CompiledPolicy } from '../compile/types.ts';
import type { CedarRequest } from '../decision.ts';
import { viewOf } from '../view.ts';
import { truthOf } from './truth.ts';
import { unmetOf } from './unmet.ts';

const cedar: Cedar = openCedar();

// Few names and few values, so that what is read is often there, and compared with what it is.
const NAMES = ['a', 'b', 's', 'r', 'e', 'x y', '__proto__', 'hasOwnProperty'] as const;
const TEXTS = ['', 'x', 'xy', 'é', '😀', '1', 'true'] as const;
const LONGS = [-1, 0, 1, 2, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER] as const;
const IDS = ['p', 'q', 'nobody'] as const;

const extension = (fn: string, arg: string): CedarValueJson => ({ __extn: { fn, arg } });
const entity = (type: string, id: string): CedarValueJson => ({ __entity: { type, id } });
const scalar: fc.Arbitrary<CedarValueJson> = fc.constantFrom<CedarValueJson>(...TEXTS, ...LONGS, true, false);
const special = fc.constantFrom(
  extension('decimal', '1.0'),
  extension('datetime', '2026-01-01'),
  extension('duration', '1h'),
  extension('ip', '127.0.0.1'),
  ...IDS.map((id) => entity('P', id)),
  entity('G', 'g'),
);
const { value } = fc.letrec<{ value: CedarValueJson }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2, depthIdentifier: 'value' },
    { arbitrary: scalar, weight: 4 },
    { arbitrary: special, weight: 2 },
    { arbitrary: fc.array(tie('value'), { maxLength: 3 }), weight: 1 },
    { arbitrary: record(tie('value')), weight: 2 },
  ),
}));

/** An `a` is always there and mostly a number, a `b` mostly a text, an `s` mostly a set; others may be anything. */
function record(of: fc.Arbitrary<CedarValueJson>): fc.Arbitrary<Record<string, CedarValueJson>> {
  const others = fc.array(fc.tuple(fc.constantFrom<string>(...NAMES), of), { maxLength: 3 });
  const a = fc.oneof({ arbitrary: fc.constantFrom<CedarValueJson>(...LONGS), weight: 4 }, of);
  const b = fc.oneof({ arbitrary: fc.constantFrom<CedarValueJson>(...TEXTS), weight: 4 }, of);
  const s = fc.array(fc.oneof({ arbitrary: scalar, weight: 3 }, of), { maxLength: 3 });
  const usual = fc.record({ a, b, s }, { requiredKeys: ['a'] });
  return fc.tuple(others, usual).map(([more, usual]) => ({ ...usual, ...Object.fromEntries(more) }));
}

const request: fc.Arbitrary<CedarRequest> = fc
  .record({
    context: record(value),
    described: fc.constantFrom(['p', 'q'], ['p', 'q'], ['q'], ['p'], []),
    attrs: fc.array(record(value), { minLength: 2, maxLength: 2 }),
    parents: fc.subarray(['g', 'h']),
    principal: fc.constantFrom('p', ...IDS),
  })
  .map(({ context, described, attrs, parents, principal }) => ({
    principal: { type: 'P', id: principal },
    action: { type: 'Action', id: 'go' },
    resource: { type: 'P', id: 'q' },
    context,
    entities: described.map(
      (id, at): EntityJson => ({
        uid: { type: 'P', id },
        attrs: attrs[at] ?? {},
        parents: parents.map((group) => ({ type: 'G', id: group })),
      }),
    ),
  }));

const literal = fc.oneof(
  fc.constantFrom(...TEXTS, ...NAMES).map((text) => JSON.stringify(text)),
  fc.constantFrom(...LONGS, '9007199254740992', '9007199254740993', '9223372036854775807').map(String),
  fc.constantFrom('true', 'false', 'P::"p"', 'P::"nobody"', 'G::"g"', 'Action::"go"'),
  fc.constantFrom('decimal("1.0")', 'datetime("2026-01-01")', '[1, "x"]', '[G::"g", P::"p"]', '{"a": 1}'),
);
const variable = fc.constantFrom('context', 'context', 'context', 'principal', 'resource', 'action');
const name = fc.constantFrom('a', 'a', 'b', 'b', ...NAMES).map((each) => JSON.stringify(each));
const path = fc
  .tuple(variable, fc.oneof(fc.tuple(name), fc.array(name, { maxLength: 2 })))
  .map(([start, names]) => [start, ...names.map((each) => `[${each}]`)].join(''));

/** Of operands that mostly are of one type. */
const fitting = fc.oneof(
  fc
    .tuple(variable, fc.constantFrom('==', '!=', '<', '<=', '>', '>='), fc.constantFrom(...LONGS))
    .map(([of, operator, long]) => `(${of}.a ${operator} ${long})`),
  fc.tuple(variable, fc.constantFrom(...TEXTS)).map(([of, text]) => `(${of}.b == ${JSON.stringify(text)})`),
  fc.tuple(variable, name).map(([of, attr]) => `(${of} has ${attr})`),
  fc.tuple(variable, fc.oneof(literal, path)).map(([of, element]) => `(${of}.s.contains(${element}))`),
);

/** Any expression, of any type: most of the larger ones err. */
const { condition } = fc.letrec<{ expression: string; condition: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 2, depthIdentifier: 'operand' },
    { arbitrary: path, weight: 6 },
    { arbitrary: literal, weight: 5 },
    { arbitrary: fc.tuple(tie('expression'), name).map(([of, attr]) => `(${of})[${attr}]`), weight: 1 },
    { arbitrary: joined(tie('expression'), '+', '*'), weight: 1 },
    { arbitrary: choice(tie('condition'), tie('expression')), weight: 1 },
  ),
  condition: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'condition' },
    { arbitrary: joined(tie('expression'), '==', '!=', '<', '<=', '>', '>=', 'in'), weight: 3 },
    { arbitrary: joined(fc.oneof(path, literal), '==', '!=', '<', '>=', 'in'), weight: 4 },
    { arbitrary: fitting, weight: 10 },
    { arbitrary: fc.tuple(tie('expression'), name).map(([of, attr]) => `((${of}) has ${attr})`), weight: 1 },
    { arbitrary: path.map((of) => `(${of} has a.b)`), weight: 1 },
    { arbitrary: called(tie('expression'), 'contains', 'containsAll', 'lessThan', 'hasTag'), weight: 2 },
    { arbitrary: path.map((of) => `(${of} like "x*")`), weight: 1 },
    { arbitrary: path.map((of) => `(${of} is P)`), weight: 1 },
    { arbitrary: tie('expression'), weight: 1 },
    { arbitrary: tie('condition').map((of) => `!(${of})`), weight: 2 },
    { arbitrary: joined(tie('condition'), '&&', '||', '&&', '||', '=='), weight: 5 },
    { arbitrary: choice(tie('condition'), tie('condition')), weight: 1 },
  ),
}));

function joined(of: fc.Arbitrary<string>, ...operators: string[]): fc.Arbitrary<string> {
  return fc
    .tuple(of, fc.constantFrom(...operators), of)
    .map(([left, operator, right]) => `((${left}) ${operator} (${right}))`);
}

function called(of: fc.Arbitrary<string>, ...methods: string[]): fc.Arbitrary<string> {
  return fc
    .tuple(of, fc.constantFrom(...methods), of)
    .map(([left, method, right]) => `((${left}).${method}(${right}))`);
}

function choice(of: fc.Arbitrary<string>, branch: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(of, branch, branch)
    .map(([condition, yes, no]) => `(if (${condition}) then (${yes}) else (${no}))`);
}

type Said = 'matches' | 'does not match' | 'errs' | 'refused';

/** What the engine says of a policy alone. */
function engineOn(text: string, asked: CedarRequest): Said {
  const answer = cedar.isAuthorized({
    ...asked,
    context: { ...asked.context },
    entities: [...asked.entities],
    policies: { staticPolicies: text },
  });
  if (answer.type === 'failure') return 'refused';
  const { reason, errors } = answer.response.diagnostics;
  if (errors.length > 0) return 'errs';
  return reason.length > 0 ? 'matches' : 'does not match';
}

function jsonOf(text: string): PolicyJson {
  const answer = cedar.policyToJson(text);
  if (answer.type === 'failure') throw new Error(`${text}: ${answer.errors[0]?.message}`);
  return answer.json;
}

const requests = fc.array(request, { minLength: 4, maxLength: 4 });

test('what is told of a condition without the engine is what the engine says, and nothing is told of one that errs', () => {
  const told = new Map<unknown, number>();
  fc.assert(
    fc.property(condition, requests, (text, asked) => {
      const policy = `permit (principal, action, resource) when { ${text} };`;
      const truth = truthOf(jsonOf(policy).conditions[0]?.body);
      for (const each of asked) {
        const known = truth?.(viewOf(each));
        told.set(known, (told.get(known) ?? 0) + 1);
        if (known === undefined) continue;
        expect([text, engineOn(policy, each)]).toEqual([text, known ? 'matches' : 'does not match']);
      }
    }),
    { numRuns: 3_000 },
  );
  for (const each of [true, false, undefined])
    expect([each, (told.get(each) ?? 0) > 500]).toEqual([each, true]);
});

test('of policies that are told to be unmet, the engine says that none matches and none errs', () => {
  const part = fc.tuple(fc.constantFrom('when', 'when', 'unless'), condition);
  const body = fc.array(part, { minLength: 1, maxLength: 3 });
  let unmet = 0;
  fc.assert(
    fc.property(fc.array(body, { minLength: 1, maxLength: 2 }), requests, (bodies, asked) => {
      const texts = bodies.map(
        (parts) =>
          `forbid (principal, action, resource) ${parts.map(([kind, text]) => `${kind} { ${text} }`).join(' ')};`,
      );
      const isUnmet = unmetOf(texts.map((text) => ({ json: jsonOf(text) }) as CompiledPolicy));
      for (const each of asked) {
        if (!isUnmet(viewOf(each))) continue;
        unmet += 1;
        for (const text of texts) expect([text, engineOn(text, each)]).toEqual([text, 'does not match']);
      }
    }),
    { numRuns: 2_500 },
  );
  expect(unmet).toBeGreaterThan(500);
});
