import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CaseReport, ErrorBody } from '../../client.ts';
import { type AdminUnderTest, startAdmin } from '../../testing/admin-under-test.ts';

let admin: AdminUnderTest;
beforeAll(async () => {
  admin = await startAdmin();
  await admin.publish([{ file: 'base.cedar', text: '@id("all") permit (principal, action, resource);' }]);
});
afterAll(() => admin.close());

const run = (body: object, token = admin.adminToken): Promise<Response> =>
  admin.request('/api/v1/policies/test', {
    method: 'POST',
    token,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

const CASES = `
catalogue: { tools: { crm/get_customer: { type: object, properties: {} } } }
cases:
  - name: anybody may
    want: { outcome: allow, determining: [all] }
  - name: nobody may
    want: { outcome: deny }
`;

test('200: cases say what each wanted and got, by the set in force, and which policies mattered', async () => {
  const report = (await (await run({ cases: CASES })).json()) as CaseReport;
  expect(report.ok).toBe(false);
  expect(report.results.map(({ name, ok, line }) => [name, ok, line])).toEqual([
    ['anybody may', true, 4],
    ['nobody may', false, 6],
  ]);
  expect(report.results[1]?.differences).toEqual([{ part: 'outcome', wanted: 'deny', got: 'allow' }]);
  expect(report.coverage).toMatchObject([{ id: 'all', kind: 'permit', matched: 2, state: 'matched' }]);
});

test('200: a candidate is tried in its place, and nothing is put into force or recorded', async () => {
  const size = admin.store.health().size;
  const sources = [{ file: 'none.cedar', text: '@id("none") forbid (principal, action, resource);' }];
  const report = (await (await run({ cases: CASES, sources })).json()) as CaseReport;
  expect(report.results.map(({ ok }) => ok)).toEqual([false, true]);
  expect(admin.store.health().size).toBe(size);
});

test('400: a file that holds no cases is refused with the place', async () => {
  const response = await run({ cases: 'cases:\n  - name: x\n    wnat: {outcome: allow}\n' });
  expect(response.status).toBe(400);
  const { error } = (await response.json()) as ErrorBody;
  expect(error.code).toBe('invalid_cases');
  expect(error.message).toContain('cases.yaml:3');
});

test('403: a viewer runs nothing', async () => {
  expect((await run({ cases: CASES }, await admin.tokenFor('omar', ['viewer']))).status).toBe(403);
});
