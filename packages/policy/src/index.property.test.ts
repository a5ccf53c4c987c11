import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Cedar, openCedar } from './cedar-door.ts';
import { createEngine } from './engine.ts';
import { COMPANY, companyCall, policyTexts } from './testing/company.ts';
import { plainly, plainOf, unvalidatedSet } from './testing/plain-cedar.ts';
import { schemaOf } from './testing/set-up.ts';

const schema = schemaOf(COMPANY);
// One instance for all runs: what is under test is not how instances are replaced.
const shared: Cedar = openCedar();
const open = (): Cedar => shared;

test('index, slices, projection and memory decide as plain Cedar does on the whole set and the whole request', () => {
  const seen = new Map<string, number>();
  let errors = 0;
  fc.assert(
    fc.property(
      policyTexts,
      fc.array(companyCall, { minLength: 5, maxLength: 5 }),
      fc.constantFrom('none', 'some', 'all'),
      (texts, calls, granted) => {
        const set = unvalidatedSet(texts, schema, shared);
        const decidePlainly = plainly(shared, set);
        const engine = createEngine({ open });
        expect(engine.load(set, schema)).toEqual({ ok: true });
        const grants = set.policies.slice(0, { none: 0, some: 3, all: 10 }[granted]).map(({ id }) => id);
        for (const call of calls) {
          const decision = engine.decide(call, { grants });
          if (decision.request === null) throw new Error('no request');
          expect(decision.unrepresentable).toEqual([]);
          const plain = decidePlainly(decision.request, grants);
          expect(plainOf(decision)).toEqual(plain);
          // What is remembered from the first time is what would have been said.
          const { request } = decision;
          const again = engine.decideRequest(request, { grants, unrepresentable: [] });
          const { obligations } = again;
          expect(JSON.stringify(again)).toBe(JSON.stringify({ ...decision, obligations }));
          seen.set(plain.reason, (seen.get(plain.reason) ?? 0) + 1);
          errors += plain.errors.length;
        }
      },
    ),
    { numRuns: 500 },
  );
  // WHY no more of each: sets in which a guard is what decides are few, five to twenty in a run.
  for (const reason of ['permitted', 'no_permit', 'forbidden', 'policy_error', 'guarded', 'grant_redeemed'])
    expect([...seen.keys()]).toContain(reason);
  expect(errors).toBeGreaterThan(100);
});
