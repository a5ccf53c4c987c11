import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Cedar, openCedar } from './cedar-door.ts';
import type { CompiledPolicySet } from './compile/types.ts';
import { createEngine } from './engine.ts';
import type { Engine } from './engine-types.ts';
import type { PolicySchema } from './schema/types.ts';
import { COMPANY, companyCall, policyTexts, toolFacts } from './testing/company.ts';
import { unvalidatedSet } from './testing/plain-cedar.ts';
import { READ_ONCE_INPUT, readOnceSet, withLater } from './testing/read-once.ts';
import { schemaOf } from './testing/set-up.ts';

const companySchema = schemaOf(COMPANY);
const readOnceSchema = schemaOf({
  ...COMPANY,
  tools: Object.fromEntries(Object.keys(COMPANY.tools ?? {}).map((id) => [id, READ_ONCE_INPUT])),
});
// One instance for all runs: what is under test is not how instances are replaced. And one for the engines that stand beside
// another, since an instance serves one engine at a time.
const shared: Cedar = openCedar();
const second: Cedar = openCedar();
const none = { grants: [] };

function engineFor(set: CompiledPolicySet, schema: PolicySchema, cedar = shared): Engine {
  const engine = createEngine({ open: () => cedar });
  expect(engine.load(set, schema)).toEqual({ ok: true });
  return engine;
}

test('a tool is shown exactly if some later call of it is not denied, where that can be decided by trying', () => {
  const count = { shown: 0, hidden: 0 };
  fc.assert(
    fc.property(readOnceSet, companyCall, toolFacts, ({ texts, laters }, anyCall, resource) => {
      const engine = engineFor(unvalidatedSet(texts, readOnceSchema, shared), readOnceSchema);
      const call = { ...anyCall, operation: 'mcp:tools/call', resource };
      const isPossible = laters.some(
        (later) => engine.decide(withLater(call, later), none).outcome !== 'deny',
      );
      count[isPossible ? 'shown' : 'hidden'] += 1;
      expect(engine.couldPermit(call)).toBe(isPossible);
    }),
    { numRuns: 400 },
  );
  expect(count.shown).toBeGreaterThan(40);
  expect(count.hidden).toBeGreaterThan(40);
});

test('what is hidden is denied whatever is sent, whenever it is sent, and whatever errs', () => {
  const changing = fc.array(companyCall, { minLength: 6, maxLength: 6 });
  let hidden = 0;
  fc.assert(
    fc.property(policyTexts, companyCall, changing, (texts, call, others) => {
      const engine = engineFor(unvalidatedSet(texts, companySchema, shared), companySchema);
      if (engine.couldPermit(call)) return;
      hidden += 1;
      for (const { input, meta, now, token } of [call, ...others]) {
        const later = {
          ...call,
          ...(call.token === undefined || token === undefined
            ? {}
            : { token: { ...call.token, ageSeconds: token.ageSeconds } }),
        };
        const said = call.resource.kind === 'tool' ? { input: input ?? '{}' } : {};
        const decision = engine.decide({ ...later, ...said, now, meta: meta ?? '{}' }, none);
        expect(decision.outcome).toBe('deny');
      }
    }),
    { numRuns: 400 },
  );
  expect(hidden).toBeGreaterThan(100);
});

test('an answer that is remembered from others is the one that would have been given', () => {
  fc.assert(
    fc.property(policyTexts, fc.array(companyCall, { minLength: 8, maxLength: 8 }), (texts, calls) => {
      const set = unvalidatedSet(texts, companySchema, shared);
      const engine = engineFor(set, companySchema);
      const targets = calls.map(({ resource }) => resource);
      for (const call of calls) {
        const alike = targets.filter(({ kind }) => kind === call.resource.kind);
        const fresh = alike.map((resource) =>
          engineFor(set, companySchema, second).couldPermit({ ...call, resource }),
        );
        expect(engine.couldPermitAll(call, alike)).toEqual(fresh);
        expect(engine.couldPermitAll(call, alike)).toEqual(fresh);
      }
    }),
    { numRuns: 40 },
  );
});
