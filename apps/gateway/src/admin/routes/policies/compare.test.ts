import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PolicyComparison, PolicyNames } from '../../client.ts';
import { type AdminUnderTest, startAdmin } from '../../testing/admin-under-test.ts';

let admin: AdminUnderTest;
let viewer: string;
let author: string;

const OPEN = '@id("open")\npermit (principal, action, resource);\n';
const source = (text: string) => [{ file: 'all.cedar', text }];
const limit = (most: number): string =>
  `${OPEN}@id("limit")\nforbid (principal, action == Action::"payments/pay", resource)\nwhen { context.input.amount > ${most} };\n`;

beforeAll(async () => {
  admin = await startAdmin();
  await admin.listTools(
    {
      name: 'pay',
      inputSchema: { type: 'object', properties: { amount: { type: 'integer' } }, required: ['amount'] },
    },
    { name: 'list', inputSchema: { type: 'object' } },
  );
  await admin.publish(source(OPEN));
  await admin.publish(source(limit(100)));
  await admin.publish(source(limit(500)));
  viewer = await admin.tokenFor('fiona', ['viewer']);
  author = await admin.tokenFor('omar', ['policy_author']);
});
afterAll(() => admin.close());

const get = (path: string, token = viewer): Promise<Response> =>
  admin.request(`/api/v1/policies${path}`, { token });
const compared = async (response: Promise<Response>): Promise<PolicyComparison> => {
  const answer = await response;
  expect(answer.status).toBe(200);
  return (await answer.json()) as PolicyComparison;
};
const post = (body: unknown, token: string): Promise<Response> =>
  admin.request('/api/v1/policies/compare', {
    method: 'POST',
    token,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

describe('two versions beside each other', () => {
  test('what a policy says otherwise, and for whose calls that could matter', async () => {
    expect(await compared(get('/compare?before=2&after=3'))).toEqual({
      policies: [
        {
          id: 'limit',
          change: 'changed',
          effect: 'forbid',
          file: 'all.cedar',
          line: 3,
          terms: [
            { part: 'when', name: null, before: 'context.input.amount > 100', after: null },
            { part: 'when', name: null, before: null, after: 'context.input.amount > 500' },
          ],
        },
      ],
      diagnostics: { before: [expect.anything()], after: [expect.anything()] },
      reach: {
        agents: 1,
        targets: 2,
        shifts: [{ before: 'depends', after: 'depends', count: 1 }],
        changes: [
          {
            agent: 'invoice',
            upstream: 'payments',
            kind: 'tool',
            name: 'pay',
            before: 'depends',
            after: 'depends',
            policies: ['limit'],
          },
        ],
        isCut: false,
      },
    });
  });

  test('where there was nothing before, everything that is permitted is new', async () => {
    const { reach } = await compared(get('/compare?before=0&after=1'));
    expect(reach?.shifts).toEqual([{ before: 'denied', after: 'allowed', count: 2 }]);
    const back = await compared(get('/compare?before=3&after=1'));
    expect(back.reach?.shifts).toEqual([{ before: 'depends', after: 'allowed', count: 1 }]);
    expect(back.policies).toMatchObject([{ id: 'limit', change: 'removed' }]);
  });

  test('a version that there is not is not found, and nothing but numbers is a version', async () => {
    expect((await get('/compare?before=1&after=9')).status).toBe(404);
    expect((await get('/compare?before=one&after=2')).status).toBe(400);
    const { error } = (await (await get('/compare?before=1')).json()) as { error: { message: string } };
    expect(error.message).toBe('query refused: `after` is missing: it must be a whole number');
    expect((await get('/compare?before=1&after=2&also=3')).status).toBe(400);
  });

  test('whoever asks while others do waits for their turn, and keeps none of them from theirs', async () => {
    const many = [1, 2, 3, 1, 2, 3, 1, 2, 3].map((after) => get(`/compare?before=0&after=${after}`));
    const other = get('/compare?before=1&after=2', author);
    const answers = await Promise.all(many);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      200, 200, 429, 429, 429, 429, 429, 429, 429,
    ]);
    const refused = answers.find(({ status }) => status === 429);
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused?.json()).toMatchObject({
      error: { code: 'busy', message: expect.stringContaining('ask again') as string },
    });
    expect((await other).status).toBe(200);
  });

  test('where too many wait, whoever comes is told to come again', async () => {
    const { rehearsals, permissions } = admin.deps;
    const sets = { before: null, after: { sources: source(OPEN), digest: null } };
    const leaving = new AbortController();
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    const questions = async () => {
      await held;
      return permissions.questions();
    };
    const others = Array.from({ length: 8 }, (_, at) =>
      rehearsals.compare(`person ${at}`, sets, questions, leaving.signal),
    );
    const refused = await get('/compare?before=0&after=1');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await refused.json()).toMatchObject({ error: { code: 'busy' } });
    leaving.abort();
    release();
    expect((await Promise.all(others)).filter(({ ok }) => ok)).toEqual([]);
    expect((await get('/compare?before=0&after=1')).status).toBe(200);
  });
});

describe('a candidate', () => {
  test('is compared with what is in force by those who may rehearse policies, and by nobody else', async () => {
    expect((await post({ sources: source(OPEN) }, viewer)).status).toBe(403);
    const { policies, reach } = await compared(post({ sources: source(OPEN) }, author));
    expect(policies).toMatchObject([{ id: 'limit', change: 'removed' }]);
    expect(reach?.changes).toMatchObject([{ name: 'pay', before: 'depends', after: 'allowed' }]);
    const same = await compared(post({ sources: source(OPEN), before: 1 }, author));
    expect(same).toMatchObject({ policies: [], reach: { changes: [] } });
  });

  test('that does not validate is not asked, and says why', async () => {
    const typo = source(`${OPEN}@id("x") permit (principal, action, resource) when { principal.rsik > 1 };`);
    const found = await compared(post({ sources: typo }, author));
    expect(found).toMatchObject({ policies: null, reach: null });
    expect(found.diagnostics.after).toContainEqual(expect.objectContaining({ severity: 'error', line: 3 }));
  });
});

test('a version whose tools are gone can still be read, and is not asked', async () => {
  await admin.listTools({ name: 'list', inputSchema: { type: 'object' } });
  const { policies, reach, diagnostics } = await compared(get('/compare?before=1&after=2'));
  expect(policies).toMatchObject([{ id: 'limit', change: 'added' }]);
  expect(reach).toBeNull();
  expect(diagnostics.after.some(({ severity }) => severity === 'error')).toBe(true);
});

test('the names that policies may speak of are those of the registry, the tools and the schema', async () => {
  const names = (await (await get('/names')).json()) as PolicyNames;
  expect(names.ids['Agent']).toEqual(['invoice']);
  expect(names.ids['Tool']).toEqual(['payments/list']);
  expect(names.ids['Action']).toContain('mcp:tools/call');
  expect(names.types['Agent']).toContainEqual({ name: 'risk', type: 'Long', isOptional: false });
});

test('they are put together beside the calls, however many tools there are', async () => {
  const other = await startAdmin();
  try {
    const properties = Object.fromEntries(
      Array.from({ length: 12 }, (_, at) => [`p${at}`, { type: 'string' }]),
    );
    await other.listTools(
      ...Array.from({ length: 1_000 }, (_, at) => ({
        name: `tool${at}`,
        inputSchema: { type: 'object', properties },
      })),
    );
    const token = await other.tokenFor('fiona', ['viewer']);
    const asked = Array.from({ length: 4 }, () => other.request('/api/v1/policies/names', { token }));
    const counting = { turns: 0, isOver: false };
    const counted = (async () => {
      for (; !counting.isOver; counting.turns += 1) await nextTurn();
    })();
    const all = await Promise.all(asked);
    counting.isOver = true;
    await counted;
    expect(counting.turns).toBeGreaterThan(200);
    for (const answer of all) expect(((await answer.json()) as PolicyNames).ids['Tool']).toHaveLength(1_000);
  } finally {
    await other.close();
  }
});

test('whoever went away is not compared for, and keeps nobody else waiting', async () => {
  const { rehearsals, permissions } = admin.deps;
  const sets = { before: null, after: { sources: source(OPEN), digest: null } };
  let asked = 0;
  const compare = (who: string, signal: AbortSignal) =>
    rehearsals.compare(
      who,
      sets,
      () => {
        asked += 1;
        return permissions.questions();
      },
      signal,
    );
  const gone = new AbortController();
  const left = Array.from({ length: 7 }, (_, at) => compare(`person ${at}`, gone.signal));
  const stays = compare('somebody else', new AbortController().signal);
  gone.abort();
  expect((await Promise.all(left)).filter(({ ok }) => ok)).toEqual([]);
  expect(await stays).toMatchObject({ ok: true });
  expect(asked).toBe(1);
});
