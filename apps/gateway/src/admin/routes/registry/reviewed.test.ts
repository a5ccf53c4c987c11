import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ApplyResult, ChangeDetail } from '../../client.ts';
import { type AdminUnderTest, startAdmin } from '../../testing/admin-under-test.ts';

let admin: AdminUnderTest;
let omar: string;
beforeEach(async () => {
  admin = await startAdmin({ reviewers: 'finance' });
  omar = await admin.tokenFor('omar', ['admin']);
});
afterEach(() => admin.close());

const post = (path: string, token: string, body: object) =>
  admin.request(`/api/v1${path}`, {
    method: 'POST',
    token,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const agent = (more: string) =>
  `apiVersion: countersign.dev/v1alpha1\nkind: Agent\nmetadata: {name: invoice}\nspec: {owner: omar, team: billing, purpose: pays invoices, environment: production, capabilities: [pay]${more}}\n`;
const team = (name: string) =>
  `apiVersion: countersign.dev/v1alpha1\nkind: Team\nmetadata: {name: ${name}}\nspec: {}\n`;
const invoice = () => admin.deps.registry.current().agents.get('invoice');

test('202: what moves decisions waits for another person, and the rest is in force', async () => {
  const manifests = `${agent(', risk: high')}---\n${team('new')}---\n${team('billing')}`;
  const response = await post('/apply', omar, { manifests, message: 'it reaches further now' });
  expect(response.status).toBe(202);
  const { changes, change } = (await response.json()) as ApplyResult;
  expect(changes.map(({ op, name }) => `${op} ${name}`)).toEqual([
    'proposed invoice',
    'created new',
    'unchanged billing',
  ]);
  expect(invoice()?.risk).toBe(2);
  expect(admin.deps.registry.current().teams.has('new')).toBe(true);

  const fiona = await admin.tokenFor('fiona', ['approver']);
  const reviewed = await post(`/changes/${change}/reviews`, fiona, { verdict: 'approve', reason: '' });
  expect((await reviewed.json()) as ChangeDetail).toMatchObject({
    of: 'registry',
    state: 'applied',
    message: 'it reaches further now',
    effect: { objects: [{ name: 'invoice', fields: [{ field: 'risk', before: 'medium', after: 'high' }] }] },
  });
  expect(invoice()?.risk).toBe(3);
});

test('202: where one object is stopped and gets a higher risk, both are told: what is in force, and what waits', async () => {
  const manifests = agent(', risk: high, status: quarantined');
  const response = await post('/apply', omar, { manifests, message: 'stop it' });
  const { changes } = (await response.json()) as ApplyResult;
  expect(changes.map(({ op, name }) => `${op} ${name}`)).toEqual(['updated invoice', 'proposed invoice']);
  expect(invoice()).toMatchObject({ status: 'quarantined', risk: 2 });
});

test('200: a quarantine needs nobody, not even somebody who may propose', async () => {
  const manifests = agent(', risk: medium, status: quarantined');
  const response = await post('/apply', admin.adminToken, { manifests });
  expect([response.status, await response.json()]).toMatchObject([
    200,
    { changes: [{ op: 'updated', name: 'invoice' }], change: null },
  ]);
  expect(invoice()?.status).toBe('quarantined');
});

test.each([
  ['who may not propose', () => admin.adminToken, 'x', 403, 'not_an_author'],
  ['who does not say why', () => omar, undefined, 400, 'message_required'],
])('%s changes nothing', async (_who, token, message, status, code) => {
  const manifests = `${agent(', risk: high')}---\n${team('new')}`;
  const response = await post('/apply', token(), {
    manifests,
    ...(message === undefined ? {} : { message }),
  });
  expect([response.status, await response.json()]).toMatchObject([status, { error: { code } }]);
  expect(admin.deps.registry.current().teams.has('new')).toBe(false);
});

test('manifests that are wrong are refused with line and key, as ever', async () => {
  const response = await post('/apply', omar, { manifests: agent(', risk: huge'), message: 'x' });
  expect([response.status, await response.json()]).toMatchObject([
    400,
    { error: { code: 'invalid_manifest' } },
  ]);
});
