// Tokens that were issued, and ending one: nobody is locked out by it.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TokenList } from '../../client.ts';
import { type AdminUnderTest, startAdmin } from '../../testing/admin-under-test.ts';
import { ensureFirstToken, tokenDigest } from '../../tokens.ts';

let admin: AdminUnderTest;
beforeEach(async () => {
  admin = await startAdmin();
});
afterEach(() => admin.close());

const list = async (token = admin.adminToken): Promise<TokenList['tokens']> =>
  ((await (await admin.request('/api/v1/tokens', { token })).json()) as TokenList).tokens;
const revoke = (id: string, token = admin.adminToken): Promise<Response> =>
  admin.request(`/api/v1/tokens/${id}/revoke`, {
    method: 'POST',
    token,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ reason: 'was mailed around' }),
  });
const codeOf = async (response: Response): Promise<string> =>
  `${response.status} ${((await response.json()) as { error: { code: string } }).error.code}`;
const countOf = async (action: string): Promise<number> => {
  let count = 0;
  for await (const { header } of admin.store.readers.log.entries(0, admin.store.health().size))
    if (new TextDecoder().decode(header).includes(`"${action}"`)) count += 1;
  return count;
};
const whoami = async (token: string): Promise<number> =>
  (await admin.request('/api/v1/session', { token })).status;
const idOf = async (user: string): Promise<string> =>
  (await list()).find((one) => one.user === user)?.id ?? '';

describe('the list', () => {
  test('shows an admin all of them, never the tokens, and which one asks', async () => {
    const fiona = await admin.tokenFor('fiona', ['approver']);
    const all = await list();
    expect(all.map(({ user, current }) => [user, current])).toEqual(
      expect.arrayContaining([
        ['fiona', false],
        ['admin', true],
      ]),
    );
    expect(JSON.stringify(all)).not.toContain(fiona);
    expect(JSON.stringify(all)).not.toContain(admin.adminToken);
  });

  test('shows everybody else their own', async () => {
    const fiona = await admin.tokenFor('fiona', ['approver']);
    expect((await list(fiona)).map(({ user }) => user)).toEqual(['fiona']);
  });

  test('says which are good no longer, and why', async () => {
    await admin.tokenFor('greta', ['viewer']);
    expect((await list()).find(({ user }) => user === 'greta')?.state).toBe('inactive');
  });
});

describe('ending a token', () => {
  test('takes it away at once, and is an entry with who and why', async () => {
    const fiona = await admin.tokenFor('fiona', ['approver']);
    expect((await revoke(await idOf('fiona'))).status).toBe(204);
    expect(await whoami(fiona)).toBe(401);
    const last = await admin.store.readers.log.entry(admin.store.health().size - 1);
    expect(JSON.parse(new TextDecoder().decode(last?.header))).toMatchObject({
      kind: 'admin.action',
      body: { action: 'token_revoked', user: admin.deps.registry.current().users.get('fiona')?.uid },
    });
    expect(JSON.parse(new TextDecoder().decode(last?.details[0]?.value))).toMatchObject({
      user: 'fiona',
      revokedBy: 'admin',
      reason: 'was mailed around',
    });
    expect(await codeOf(await revoke(await idOf('fiona')))).toBe('409 conflict');
  });

  test('is anybody’s right over their own, and an admin’s over others', async () => {
    const fiona = await admin.tokenFor('fiona', ['approver']);
    await admin.tokenFor('omar', ['viewer']);
    expect((await revoke(await idOf('omar'), fiona)).status).toBe(404);
    expect((await revoke(await idOf('fiona'), fiona)).status).toBe(204);
  });

  test('leaves the last way in that lasts', async () => {
    const first = await idOf('admin');
    expect(await codeOf(await revoke(first))).toBe('409 last_way_in');
    const issued = await admin.request('/api/v1/users/omar/tokens', {
      method: 'POST',
      token: admin.adminToken,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ roles: ['admin'], expiresInHours: 24 }),
    });
    expect(issued.status).toBe(201);
    expect(await codeOf(await revoke(first))).toBe('409 last_way_in');
    await admin.tokenFor('greta', ['admin']);
    expect(await codeOf(await revoke(first))).toBe('409 last_way_in');
    expect(await whoami(admin.adminToken)).toBe(200);
  });

  test('ends the first one where another lasts, and no start makes a new first one', async () => {
    const omar = await admin.tokenFor('omar', ['admin']);
    expect((await revoke(await idOf('admin'))).status).toBe(204);
    expect([await whoami(admin.adminToken), await whoami(omar)]).toEqual([401, 200]);
    const { store, dataDir } = admin;
    const again = { dataDir, readers: store.readers, writer: store, now: Date.now() };
    expect(await ensureFirstToken(again)).toBeNull();
  });

  test('that others end at once is ended, and on record, once', async () => {
    await admin.tokenFor('fiona', ['approver']);
    const id = await idOf('fiona');
    const answers = await Promise.all(
      [revoke(id), revoke(id), revoke(id)].map(async (one) => codeOf(await one).catch(() => '204')),
    );
    expect(answers.toSorted()).toEqual(['204', '409 conflict', '409 conflict']);
    expect(await countOf('token_revoked')).toBe(1);
  });

  test('is not told to be the last way in where the other way that was looked at has gone, and a third is left', async () => {
    const { readers } = admin.store;
    const [one, other] = [await admin.tokenFor('omar', ['admin']), await admin.tokenFor('omar', ['admin'])];
    const all = await readers.adminTokens.all();
    const [ends, otherWay] = [one, other].map((token) =>
      all.find(({ digest }) => digest === tokenDigest(token)),
    );
    const endId = ends?.digest.slice(0, 16) ?? '';
    const wayId = otherWay?.digest.slice(0, 16) ?? '';
    const answers = await Promise.all([revoke(wayId), revoke(endId)]);
    expect(answers.map(({ status }) => status)).toEqual([204, 204]);
    expect(await whoami(admin.adminToken)).toBe(200);
  });

  test('of two that end each other at once, one stays', async () => {
    const omar = await admin.tokenFor('omar', ['admin']);
    const [first, other] = [await idOf('admin'), await idOf('omar')];
    const answers = await Promise.all([revoke(first, omar), revoke(other, admin.adminToken)]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([204, 409]);
    expect([await whoami(admin.adminToken), await whoami(omar)].toSorted((a, b) => a - b)).toEqual([
      200, 401,
    ]);
  });
});
