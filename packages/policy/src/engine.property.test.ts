import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Cedar, openCedar } from './cedar-door.ts';
import { createEngine } from './engine.ts';
import type { Engine } from './engine-types.ts';
import { CATALOGUE, facts, input, policyText } from './testing/arbitraries.ts';
import { compileText, expectSet, schemaOf } from './testing/set-up.ts';

const schema = schemaOf(CATALOGUE);
// One instance for all runs: what is under test is not how instances are replaced.
const shared: Cedar = openCedar();
const open = (): Cedar => shared;

function engineFor(text: string): Engine {
  const engine = createEngine({ open });
  expect(engine.load(expectSet(compileText(text, schema, open)), schema)).toEqual({ ok: true });
  return engine;
}

const unshowable = fc.constantFrom(
  'null',
  '1.00001',
  '1e400',
  '9007199254740993',
  '"\\ud800"',
  '[[]]',
  '{"n":{}}',
  '["x",1]',
);
const where = fc.constantFrom('n', 's', 'd', 'b', 'tags', 'r', 'undeclared');

/** Many calls for each set: compiling costs far more than deciding. */
const calls = <T>(call: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(call, { minLength: 8, maxLength: 8 });

test('no value that policy cannot be shown turns a hold or a deny into an allow', () => {
  let denied = 0;
  fc.assert(
    fc.property(policyText, calls(fc.tuple(facts, input, where, unshowable)), (text, samples) => {
      const engine = engineFor(text);
      for (const [call, args, name, bad] of samples) {
        const before = engine.decide({ ...call, input: JSON.stringify(args) }, { grants: [] });
        const rest = JSON.stringify({ ...args, [name]: undefined });
        const changed = `${rest.slice(0, -1)}${rest === '{}' ? '' : ','}${JSON.stringify(name)}:${bad}}`;
        const after = engine.decide({ ...call, input: changed }, { grants: [] });
        if (before.outcome === 'allow' || after.unrepresentable.length === 0) continue;
        // A record of which only a part cannot be shown is another record, too: that may rightly permit. What is lost within
        // one is substituted, and nothing else of it, in `substitution.property.test.ts`.
        if (after.unrepresentable.every(({ path }) => path.length > 2)) continue;
        denied += 1;
        expect(after.outcome).not.toBe('allow');
      }
    }),
    { numRuns: 100 },
  );
  expect(denied).toBeGreaterThan(100);
});

test('what a list hides is denied for all arguments, at any time, whatever else is sent', () => {
  let hidden = 0;
  const later = fc.record({
    args: input,
    now: fc.constantFrom('2026-01-01T00:00:00.000Z', '2026-12-01T00:00:00.000Z'),
    meta: fc.constantFrom('{}', '{"m":"x"}', '{"m":1}'),
    ageSeconds: fc.constantFrom(1, 1_000),
  });
  fc.assert(
    fc.property(policyText, facts, calls(later), (text, call, samples) => {
      const engine = engineFor(text);
      if (engine.couldPermit(call)) return;
      hidden += 1;
      for (const { args, now, meta, ageSeconds } of samples) {
        const token = { issuer: 'corp', scopes: [], assurance: 'public' as const, ...call.token, ageSeconds };
        const decided = engine.decide(
          { ...call, input: JSON.stringify(args), now, meta, token },
          { grants: [] },
        );
        expect(decided.outcome).toBe('deny');
      }
    }),
    { numRuns: 100 },
  );
  expect(hidden).toBeGreaterThan(10);
});

test('a request built from valid arguments validates strictly against the schema', () => {
  const cedar = openCedar();
  const engine = engineFor('@id("p") permit(principal, action, resource);');
  const usage = { callsLastMinute: 1, callsLastHour: 2, callsLastDay: 3 };
  fc.assert(
    fc.property(facts, input, (call, args) => {
      const { request, unrepresentable } = engine.decide(
        { ...call, input: JSON.stringify(args), usage },
        { grants: [] },
      );
      if (request === null) throw new Error('no request');
      expect(unrepresentable).toEqual([]);
      const answer = cedar.isAuthorized({
        ...request,
        context: { ...request.context },
        // The schema brings the actions; a request may not bring its own beside them.
        entities: request.entities.filter(({ uid }) => !('type' in uid) || uid.type !== 'Action'),
        schema: schema.json,
        validateRequest: true,
        policies: { staticPolicies: {} },
      });
      expect(answer.type === 'failure' ? answer.errors : []).toEqual([]);
    }),
    { numRuns: 100 },
  );
});
