// Who calls, and on whose behalf: people in tokens of agents, issuers that cannot be reached, keys that are rotated, and
// issuers that must never stand in for each other (protocols.md 4.2; docs/identity.md).
import { type Issuer, manifest, signClaims, claimsOf, startIssuer } from '@countersign/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apply } from './apply.ts';
import type { Message } from './event-reader.ts';
import { openLegacySession } from './legacy-call.ts';
import { callModern } from './modern-call.ts';
import { policyFiles } from './policy-files.ts';
import type { CallRow } from './raw-world.ts';
import { SOON } from './soon.ts';
import { startWorld, type World } from './world.ts';

const FOR_FINANCE = `
@id("lists-are-for-finance")
forbid (principal, action == Action::"payments/list_payments", resource)
unless { context has subject && context.subject in Group::"finance" && context.subject.active };
`;

let world: World;
let url: string;
let other: Issuer;
beforeAll(async () => {
  world = await startWorld();
  url = `${world.gateway.data}/mcp/payments`;
  other = await startIssuer();
  await policyFiles(world.gateway, world.gateway.adminToken ?? '').publish('subject.cedar', FOR_FINANCE);
});
afterAll(async () => {
  await other.close();
  await world.close();
});

interface Outcome {
  readonly status: number;
  /** `done`, or the reason of the denial, or the JSON-RPC code of an error. */
  readonly what: string | number;
  readonly call: string | null;
}

async function call(token: string): Promise<Outcome> {
  const response = await callModern({ url, token, tool: 'list_payments', args: {} });
  const { result, error } = (await response.json()) as Message;
  const refusal = result?._meta?.['dev.countersign/refusal']?.['reason'];
  return {
    status: response.status,
    what: error?.code ?? (result?.isError === true ? (refusal ?? 'failed') : 'done'),
    call: response.headers.get('countersign-call'),
  };
}
type Minted = Parameters<Issuer['mint']>[0];
const token = (more: Partial<Minted> = {}, issuer = world.issuer) =>
  issuer.mint({ clientId: 'clerk', resource: url, ...more });
/** An agent by itself, and on behalf of somebody. */
const identities = (issuer: string, value: string) =>
  ['client_id', 'act.sub'].map((claim) => ({ issuer, claim, value }));
const FIONA = 'fiona@example.com';

interface Detail {
  readonly call: CallRow & { readonly agent: string | null; readonly subject: string | null };
  readonly actors: readonly string[];
  readonly token: Readonly<Record<string, unknown>>;
}
const detail = (id: string | null) => world.admin<Detail>(`/calls/${id}`);

describe('on behalf of a person', () => {
  test('policy sees the person, and the record names agent and person', async () => {
    const done = await call(await token({ subject: FIONA, scope: 'payments.read' }));
    expect(done.what).toBe('done');
    const { call: row, token: facts } = await detail(done.call);
    expect(row).toMatchObject({ agent: 'clerk', owner: 'olive', subject: FIONA, decision: 'allow' });
    expect(facts).toMatchObject({ issuer: 'corp', scopes: ['payments.read'], jti: expect.any(String) });
  });

  test.each([
    ['nobody', undefined],
    ['somebody outside the group', 'victor@example.com'],
    ['somebody whom nobody registered', 'ghost@example.com'],
  ])('on behalf of %s it is denied', async (_who, subject) => {
    const { what, call: id } = await call(await token(subject === undefined ? {} : { subject }));
    expect(what).toBe('forbidden');
    expect((await detail(id)).call).toMatchObject({ agent: 'clerk', subject: subject ?? null });
  });

  test('an address that the issuer did not verify is nobody', async () => {
    const claims = { email: FIONA, email_verified: false };
    expect((await call(await token({ subject: 'user-77', claims }))).what).toBe('forbidden');
    const verified = { email: FIONA, email_verified: true };
    expect((await call(await token({ subject: 'user-77', claims: verified }))).what).toBe('done');
  });

  test('a person is not an agent: nobody acts by a name of their own', async () => {
    const claims = { act: undefined };
    expect((await call(await token({ clientId: 'web', subject: 'clerk', claims }))).what).toBe(
      'unregistered',
    );
    const named = await call(await token({ subject: FIONA, claims: { client_id: 'clerk', act: undefined } }));
    expect(named.what).toBe('done');
  });

  test('the current actor calls, not one that acted before it', async () => {
    const before = await call(await token({ clientId: 'stranger', subject: FIONA, priorActors: ['clerk'] }));
    expect(before.what).toBe('unregistered');
    const now = await call(await token({ subject: FIONA, priorActors: ['stranger', 'worker'] }));
    expect(now.what).toBe('done');
    expect((await detail(now.call)).call.agent).toBe('clerk');
  });

  test('a session is bound to the person too: for another one it is not found', async () => {
    const session = await openLegacySession(url, () => token({ subject: FIONA }));
    const list = (subject?: string) =>
      token(subject === undefined ? {} : { subject }).then((bearer) =>
        fetch(url, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${bearer}`,
            'content-type': 'application/json',
            accept: 'application/json, text/event-stream',
            'mcp-session-id': session.id,
          },
          body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
        }),
      );
    expect((await list(FIONA)).status).toBe(200);
    expect((await list('victor@example.com')).status).toBe(404);
    expect((await list()).status).toBe(404);
  });
});

describe('two issuers', () => {
  const register = (kind: string) =>
    apply(
      world.gateway,
      manifest('Issuer', 'other', { issuer: other.url, jwksUri: other.jwksUri, kind }),
      manifest('Agent', 'cousin', {
        owner: 'olive',
        team: 'platform',
        purpose: 'tests',
        capabilities: ['payments'],
        risk: 'low',
        environment: 'production',
        identities: identities('other', 'cousin'),
      }),
    );

  test('one that nobody registered is none', async () => {
    expect((await call(await token({ subject: FIONA }, other))).status).toBe(401);
  });

  test('do not speak for each other’s agents: the same name from another issuer is somebody else', async () => {
    await register('mixed');
    expect((await call(await token({ subject: FIONA }, other))).what).toBe('unregistered');
    expect((await call(await token({ clientId: 'cousin', subject: FIONA }, other))).what).toBe('done');
    expect((await call(await token({ clientId: 'cousin', subject: FIONA }))).what).toBe('unregistered');
  });

  test('do not sign for each other: a claimed issuer is held to its own keys', async () => {
    const claims = claimsOf(
      { clientId: 'clerk', resource: url },
      world.issuer.url,
      Math.floor(Date.now() / 1000),
    );
    const signed = await signClaims(claims, other.keys().ES256);
    expect((await call(signed)).status).toBe(401);
    const disguised = await signClaims(claims, { ...other.keys().ES256, kid: world.issuer.keys().ES256.kid });
    expect((await call(disguised)).status).toBe(401);
  });

  test('an issuer of people vouches for no machine', async () => {
    await register('people');
    expect((await call(await token({ clientId: 'cousin' }, other))).status).toBe(401);
    expect((await call(await token({ clientId: 'cousin', subject: FIONA }, other))).what).toBe('done');
  });
});

describe('keys that are rotated', () => {
  test('tokens of unknown keys do not make the gateway flood the issuer', async () => {
    expect((await call(await token({ subject: FIONA }))).what).toBe('done');
    const before = world.issuer.jwksFetches();
    const strange = await startIssuer();
    const claims = claimsOf(
      { clientId: 'clerk', resource: url },
      world.issuer.url,
      Math.floor(Date.now() / 1000),
    );
    const forged = await signClaims(claims, strange.keys().ES256);
    const answers = await Promise.all(Array.from({ length: 20 }, () => call(forged)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
    expect(world.issuer.jwksFetches() - before).toBeLessThanOrEqual(1);
    await strange.close();
  });

  test('the agent stays who it was: its history goes on under the new key, and the old key is worth nothing (I9)', async () => {
    const old = await token({ subject: FIONA });
    const first = await call(old);
    expect(first.what).toBe('done');
    await world.issuer.rotate();
    // Whatever an operator changes about an issuer makes the gateway look again at once.
    const issuer = { issuer: world.issuer.url, jwksUri: world.issuer.jwksUri, kind: 'mixed' };
    await apply(world.gateway, manifest('Issuer', 'corp', { ...issuer, maxTokenAgeSeconds: 1800 }));
    const second = await call(await token({ subject: FIONA }));
    expect(second.what).toBe('done');
    expect((await call(old)).status).toBe(401);
    const { calls } = await world.admin<{ calls: CallRow[] }>('/calls?agent=clerk&limit=200');
    const ids = calls.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining([first.call, second.call]));
  });
});

describe('an issuer that cannot be reached', () => {
  test('does not stop callers whose keys are known', async () => {
    expect((await call(await token({ subject: FIONA }))).what).toBe('done');
    world.issuer.breakJwks(true);
    expect((await call(await token({ subject: FIONA }))).what).toBe('done');
    world.issuer.breakJwks(false);
  });

  test('is answered 503 and not 401 while its keys are not known, and served as soon as it is back', async () => {
    const late = await startIssuer();
    late.breakJwks(true);
    await apply(
      world.gateway,
      manifest('Issuer', 'late', { issuer: late.url, jwksUri: late.jwksUri, kind: 'mixed' }),
      manifest('Agent', 'latecomer', {
        owner: 'olive',
        team: 'platform',
        purpose: 'tests',
        capabilities: ['payments'],
        risk: 'low',
        environment: 'production',
        identities: identities('late', 'latecomer'),
      }),
    );
    const bearer = await token({ clientId: 'latecomer', subject: FIONA }, late);
    const response = await callModern({ url, token: bearer, tool: 'list_payments', args: {} });
    expect(response.status).toBe(503);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(response.headers.get('www-authenticate')).toBeNull();
    expect(await response.json()).toMatchObject({ id: 1, error: { code: -31503 } });
    // A failing issuer is not asked for every call either.
    const fetches = late.jwksFetches();
    await Promise.all(Array.from({ length: 10 }, () => call(bearer)));
    expect(late.jwksFetches() - fetches).toBeLessThanOrEqual(1);
    late.breakJwks(false);
    await expect.poll(async () => (await call(bearer)).what, SOON).toBe('done');
    await late.close();
  });
});

test('the log of all this verifies', async () => {
  const { code, stdout } = await world.gateway.cli('verify', '--json');
  expect(code, stdout).toBe(0);
});
