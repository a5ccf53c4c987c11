import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ChangeDetail, ChangeList, Policies, PolicyCheck, PolicyHistory } from '../../client.ts';
import { type AdminUnderTest, startAdmin } from '../../testing/admin-under-test.ts';

let admin: AdminUnderTest;
let viewer: string;
let omar: string;
let fiona: string;
beforeAll(async () => {
  const review = { group: 'finance', quorum: 1, expiresHours: 1 };
  admin = await startAdmin({ policies: { kind: 'published', review } });
  omar = await admin.tokenFor('omar', ['admin']);
  viewer = await admin.tokenFor('fiona', ['viewer']);
  fiona = await admin.tokenFor('fiona', ['approver']);
});
afterAll(() => admin.close());

const post = (path: string, body: unknown, token: string): Promise<Response> =>
  admin.request(`/api/v1${path}`, {
    method: 'POST',
    token,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const get = async <T>(path: string): Promise<T> =>
  (await (await admin.request(`/api/v1${path}`, { token: admin.adminToken })).json()) as T;
const codeOf = async (response: Response) => [
  response.status,
  ((await response.json()) as { error: { code: string } }).error.code,
];
const set = (id: string) => [
  { file: 'all.cedar', text: `@id("${id}")\npermit (principal, action, resource);\n` },
];
const publish = (id: string, token = omar, more = {}) =>
  post('/policies/publish', { sources: set(id), message: `use ${id}`, ...more }, token);
const proposed = async (response: Promise<Response>): Promise<ChangeDetail> => {
  const answer = await response;
  expect(answer.status).toBe(201);
  return (await answer.json()) as ChangeDetail;
};
const approve = async (id: string): Promise<ChangeDetail> => {
  const answer = await post(`/changes/${id}/reviews`, { verdict: 'approve', reason: 'read it' }, fiona);
  expect(answer.status).toBe(200);
  return (await answer.json()) as ChangeDetail;
};
const inForce = async () => (await get<Policies>('/policies')).active?.sources[0]?.text ?? null;

describe('publishing', () => {
  test('and all that costs the gateway a compilation is for those who publish or decide', async () => {
    for (const path of ['/policies/check', '/policies/publish', '/policies/simulate'])
      expect(await codeOf(await post(path, { sources: set('one'), message: 'm' }, viewer))).toEqual([
        403,
        'forbidden',
      ]);
    expect((await post('/policies/check', { sources: set('one') }, fiona)).status).toBe(200);
  });

  test('takes cases along: reviewers see what the gateway made of them, whatever that was', async () => {
    const catalogue = 'catalogue: { tools: { crm/get_customer: { type: object, properties: {} } } }';
    const cases = `${catalogue}\ncases:\n  - { name: may, want: { outcome: allow } }\n  - { name: may not, want: { outcome: deny } }\n`;
    const { id, effect, proposal } = await proposed(publish('tested', omar, { cases }));
    expect(effect).toMatchObject({
      cases: {
        text: cases,
        report: {
          ok: false,
          results: [
            { name: 'may', ok: true },
            { name: 'may not', ok: false, differences: [{ part: 'outcome', wanted: 'deny', got: 'allow' }] },
          ],
          coverage: [{ id: 'tested', matched: 2 }],
        },
      },
    });
    // They are evidence, and no part of what takes effect.
    expect(JSON.stringify(proposal)).not.toContain('may not');
    await post(`/changes/${id}/withdraw`, { reason: 'tried' }, omar);
  });

  test('refuses cases that cannot be read, and proposes nothing', async () => {
    const before = (await get<ChangeList>('/changes')).changes.length;
    expect(await codeOf(await publish('tested', omar, { cases: 'cases:\n  - name: x\n' }))).toEqual([
      400,
      'invalid_cases',
    ]);
    expect((await get<ChangeList>('/changes')).changes).toHaveLength(before);
  });

  test('shows what it would change, and changes nothing until a second person approves', async () => {
    const check = await post('/policies/check', { sources: set('one') }, omar);
    expect((await check.json()) as PolicyCheck).toMatchObject({
      ok: true,
      policies: 1,
      base: null,
      difference: [{ what: 'policy', name: 'one', change: 'added' }],
    });
    const change = await proposed(publish('one', omar, { base: null }));
    expect(change).toMatchObject({
      of: 'policy',
      state: 'pending',
      author: 'omar',
      message: 'use one',
      effect: { diff: [{ name: 'one', change: 'added' }], policies: 1 },
      proposal: { sources: set('one') },
    });
    expect(await inForce()).toBeNull();
    expect(await get<ChangeList>('/changes?state=pending&of=policy')).toMatchObject({
      changes: [{ id: change.id, reviews: [] }],
    });

    expect(
      await codeOf(await post(`/changes/${change.id}/reviews`, { verdict: 'approve', reason: '' }, omar)),
    ).toEqual([403, 'not_a_reviewer']);
    expect(await approve(change.id)).toMatchObject({ state: 'applied', reviews: [{ reviewer: 'fiona' }] });
    expect(await inForce()).toBe(set('one')[0]?.text);
    expect(await get<PolicyHistory>('/policies/versions')).toMatchObject({
      versions: [
        {
          version: 1,
          cause: 'published',
          change: change.id,
          author: 'omar',
          message: 'use one',
          reviewers: ['fiona'],
          inForce: true,
        },
      ],
    });
  });

  test('what was compared with another set is refused, before and after it was proposed', async () => {
    const [first, second] = [await proposed(publish('two')), await proposed(publish('three'))];
    await approve(first.id);
    expect(await approve(second.id)).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('another policy set went live') as string,
    });
    expect(await inForce()).toBe(set('two')[0]?.text);
    const { base } = (await (
      await post('/policies/check', { sources: set('x') }, omar)
    ).json()) as PolicyCheck;
    const change = await proposed(publish('four', omar, { base }));
    await approve(change.id);
    expect(await codeOf(await publish('five', omar, { base }))).toEqual([409, 'conflict']);
  });

  test('goes back to an earlier version the same way', async () => {
    const change = await proposed(
      post('/policies/rollback', { version: 1, message: 'four was wrong' }, omar),
    );
    expect(change).toMatchObject({ state: 'pending', effect: { diff: [{ name: 'four' }, { name: 'one' }] } });
    await approve(change.id);
    expect(await inForce()).toBe(set('one')[0]?.text);
    const [latest] = (await get<PolicyHistory>('/policies/versions')).versions;
    expect(latest).toMatchObject({ cause: 'rolled_back', message: 'four was wrong', inForce: true });
    const detail = await admin.request(`/api/v1/policies/versions/${latest?.version}`, { token: viewer });
    expect(await detail.json()).toMatchObject({ sources: set('one'), broken: [] });
  });

  test('is withdrawn by its author', async () => {
    const change = await proposed(publish('six'));
    expect(await codeOf(await post(`/changes/${change.id}/withdraw`, { reason: '' }, fiona))).toEqual([
      403,
      'not_an_author',
    ]);
    const withdrawn = await post(`/changes/${change.id}/withdraw`, { reason: 'too early' }, omar);
    expect(await withdrawn.json()).toMatchObject({ state: 'withdrawn', reason: 'too early' });
  });
});

describe('is refused', () => {
  test('a set that does not validate, with its places, and nothing is proposed', async () => {
    const before = (await get<ChangeList>('/changes')).changes.length;
    const sources = [{ file: 'a.cedar', text: '\n@id("a") permit (principal action, resource);' }];
    const response = await post('/policies/publish', { sources, message: 'x' }, omar);
    const { error } = (await response.json()) as { error: { code: string; message: string } };
    expect([response.status, error.code]).toEqual([400, 'invalid']);
    expect(error.message).toMatch(/^a\.cedar:2:\d+: error: /);
    const check = await post('/policies/check', { sources }, omar);
    expect(await check.json()).toMatchObject({ ok: false, diagnostics: [{ file: 'a.cedar', line: 2 }] });
    expect((await get<ChangeList>('/changes')).changes).toHaveLength(before);
    expect((await get<Policies>('/policies')).degraded).toBe(false);
  });

  test('what is in force already', async () => {
    expect(await codeOf(await publish('one'))).toEqual([400, 'invalid']);
  });

  test('a version that never was', async () => {
    const response = await post('/policies/rollback', { version: 99, message: 'x' }, omar);
    expect(await codeOf(response)).toEqual([400, 'invalid']);
    const unknown = await admin.request('/api/v1/policies/versions/99', { token: omar });
    expect(await codeOf(unknown)).toEqual([404, 'not_found']);
  });

  test.each([
    ['no message', { sources: set('y'), message: ' ' }, 400, 'message_required'],
    ['an unknown member', { sources: set('y'), message: 'x', force: true }, 400, 'malformed_request'],
    ['sources that are none', { sources: 'all', message: 'x' }, 400, 'malformed_request'],
  ])('%s', async (_what, body, status, code) => {
    expect(await codeOf(await post('/policies/publish', body, omar))).toEqual([status, code]);
  });

  test('by whom: the first user, who is nobody in particular, and whoever may only review', async () => {
    expect(await codeOf(await publish('y', admin.adminToken))).toEqual([403, 'not_an_author']);
    expect(await codeOf(await publish('y', fiona))).toEqual([403, 'forbidden']);
  });

  test('a change that nobody knows', async () => {
    expect(await codeOf(await admin.request('/api/v1/changes/chg_x', { token: omar }))).toEqual([
      404,
      'not_found',
    ]);
  });
});

test('where review is configured off, it is in force at once, and on record all the same', async () => {
  const off = await startAdmin({ policies: { kind: 'published', review: null } });
  try {
    const token = await off.tokenFor('omar', ['admin']);
    const response = await off.request('/api/v1/policies/publish', {
      method: 'POST',
      token,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ sources: set('one'), message: 'first' }),
    });
    expect(await response.json()).toMatchObject({ state: 'applied', quorum: 0, reviews: [] });
    const shown = await off.request('/api/v1/policies', { token });
    expect(await shown.json()).toMatchObject({ active: { author: 'omar', version: 1 } });
  } finally {
    await off.close();
  }
});

test('where a watched folder publishes, nobody else does', async () => {
  const folder = await startAdmin();
  try {
    const response = await folder.request('/api/v1/policies/publish', {
      method: 'POST',
      token: await folder.tokenFor('omar', ['admin']),
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ sources: set('one'), message: 'first' }),
    });
    expect(await codeOf(response)).toEqual([409, 'conflict']);
  } finally {
    await folder.close();
  }
});
