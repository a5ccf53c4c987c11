import { expect, test } from 'vitest';
import { policyProposal, proposedCases } from './policy-proposal.ts';

const files = [{ file: 'a.cedar', text: 'x' }];
const place = { file: 'cases.yaml', line: 2, column: 5 };
const result = {
  name: 'n',
  ...place,
  ok: false,
  sentence: null,
  differences: [{ part: 'outcome', wanted: 'allow', got: 'deny' }],
  nearest: [{ id: 'p', failed: ['c'] }],
  diagnostics: [{ severity: 'error', ...place, message: 'm' }],
};
const coverage = { id: 'p', kind: 'permit', ...place, matched: 0, errored: 0, state: 'never_matched' };
const effect = (report: unknown) => ({ diff: [], cases: { text: '', report } });

test('a proposal tells its files, what it replaces, and whether it goes back', () => {
  expect(policyProposal({ sources: files, set: 's', base: 'b', rollback: 2 })).toEqual({
    files,
    base: 'b',
    rollback: 2,
  });
  expect(policyProposal({ sources: files, set: 's', base: null, rollback: null })).toEqual({
    files,
    base: null,
    rollback: null,
  });
  for (const none of [null, [], {}, { sources: [{ file: 'a' }], base: null }, { sources: files }])
    expect(policyProposal(none)).toBeNull();
});

test('what came of the cases is told as the gateway stored it', () => {
  expect(proposedCases(effect({ ok: false, results: [result], coverage: [coverage] }))).toEqual({
    results: [result],
    coverage: [coverage],
  });
});

test.each([
  null,
  { diff: [] },
  effect({}),
  effect({ results: [{ ...result, ok: 'yes' }], coverage: [] }),
  effect({ results: [{ ...result, diagnostics: [{}] }], coverage: [] }),
  effect({ results: [{ ...result, nearest: [{ id: 'p', failed: [1] }] }], coverage: [] }),
  effect({ results: [], coverage: [{ ...coverage, state: 'maybe' }] }),
])('cases of another shape are none: %j', (stored) => {
  expect(proposedCases(stored)).toBeNull();
});
