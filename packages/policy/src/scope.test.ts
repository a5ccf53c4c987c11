import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { openCedar } from './cedar-door.ts';
import type { CedarRequest } from './decision.ts';
import { scopeMatches } from './scope.ts';
import { viewOf } from './view.ts';

const cedar = openCedar();
const id = fc.constantFrom('a', 'b', 'c');
const type = fc.constantFrom('Agent', 'Team', 'Tool', 'Server');
const entity = fc.record({ type, id });
const named = entity.map(({ type, id }) => `${type}::"${id}"`);

const scope = (variable: string): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constant(variable),
    named.map((name) => `${variable} == ${name}`),
    named.map((name) => `${variable} in ${name}`),
    type.map((name) => `${variable} is ${name}`),
    fc.tuple(type, named).map(([is, name]) => `${variable} is ${is} in ${name}`),
  );
const action = fc.oneof(
  fc.constant('action'),
  id.map((name) => `action == Action::"${name}"`),
  id.map((name) => `action in Action::"${name}"`),
  fc
    .array(id, { minLength: 1 })
    .map((names) => `action in [${names.map((name) => `Action::"${name}"`).join()}]`),
);

/** An entity graph without cycles: an entity is only in entities after it. */
const entities = fc
  .uniqueArray(entity, { selector: ({ type, id }) => `${type}${id}`, maxLength: 8 })
  .chain((all) =>
    fc
      .tuple(...all.map((_, at) => fc.subarray(all.slice(at + 1))))
      .map((parents) => all.map((uid, at) => ({ uid, attrs: {}, parents: parents[at] ?? [] }))),
  );

test('a scope matches exactly where Cedar says that it does', () => {
  fc.assert(
    fc.property(
      fc.tuple(scope('principal'), action, scope('resource')),
      fc.record({ principal: entity, action: id.map((id) => ({ type: 'Action', id })), resource: entity }),
      entities,
      fc.subarray(['b', 'c']),
      ([principal, action, resource], asked, known, groups) => {
        const parents = groups
          .filter((group) => group > asked.action.id)
          .map((id) => ({ type: 'Action', id }));
        const request: CedarRequest = {
          ...asked,
          context: {},
          entities: [...known, { uid: asked.action, attrs: {}, parents }],
        };
        const text = `permit (${principal}, ${action}, ${resource});`;
        const policy = cedar.policyToJson(text);
        const answer = cedar.isAuthorized({
          ...request,
          context: {},
          entities: [...request.entities],
          policies: { staticPolicies: text },
        });
        if (policy.type === 'failure' || answer.type === 'failure')
          throw new Error('Cedar refused the question');
        expect(scopeMatches(policy.json, viewOf(request))).toBe(answer.response.decision === 'allow');
      },
    ),
    { numRuns: 1_000 },
  );
});
