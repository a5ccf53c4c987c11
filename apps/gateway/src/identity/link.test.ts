import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Id, newId } from '@countersign/audit';
import { decodeJwt, decodeProtectedHeader, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Caller } from '../pipeline/types.ts';
import type { Agent } from '../registry/types.ts';
import { type CallTokenInput, type CallTokens, createCallTokens } from './call-token.ts';
import { openSigningKey, type SigningKey } from './keys.ts';
import { type LinkReads, type ParentCall, resolveLink } from './link.ts';
import { manifest, NOON, registryOf } from './test-issuer.ts';
import { createVerifier } from './verify.ts';

const GATEWAY = 'http://127.0.0.1:4100';
const folder = mkdtempSync(join(tmpdir(), 'countersign-link-'));
afterAll(() => rmSync(folder, { recursive: true }));

const spec = '{owner: fiona, team: billing, purpose: works, risk: low, environment: test}';
const registry = registryOf(
  manifest('Agent', 'triage', spec),
  manifest('Agent', 'support', spec),
  manifest('Agent', 'thief', spec),
);
const agent = (name: string): Agent => {
  const found = registry.agents.get(name);
  if (found === undefined) throw new Error(`no agent ${name}`);
  return found;
};

function caller(name: string | null, subject: string | null = null): Caller {
  return {
    agent: name === null ? null : agent(name),
    identity: { issuer: 'idp', claim: 'client_id', value: name ?? 'ghost' },
    subject: subject === null ? null : { key: subject, sub: subject, issuer: 'idp', user: null },
    actors: [],
    token: { issuer: 'idp', jti: null, scopes: [], issuedAt: 0, expiresAt: 1, assurance: 'public' },
  };
}

let now = NOON;
let key: SigningKey;
let callTokens: CallTokens;
beforeAll(async () => {
  const opened = await openSigningKey(folder, 'call_token');
  if (!opened.ok) throw new Error(opened.error);
  key = opened.value;
  callTokens = createCallTokens({ key, publicUrl: GATEWAY, now: () => now });
});

const parent: ParentCall = {
  id: newId('call'),
  state: 'open',
  chain: newId('chain'),
  depth: 1,
  agents: ['triage'],
  upstreamUid: agent('support').uid,
};
const input: CallTokenInput = {
  call: parent.id,
  chain: parent.chain,
  subject: 'sub_fiona',
  agents: parent.agents,
  issuedTo: agent('support').uid,
  entry: { index: 7, leaf: '0'.repeat(64) },
};
const mint = (change: Partial<CallTokenInput> = {}) => callTokens.mint({ ...input, ...change });

interface World {
  readonly parent?: ParentCall | null;
  readonly busy?: Id<'agt'>;
  readonly openTask?: boolean;
}
const reads = (world: World): LinkReads => ({
  parentCall: (id) => (world.parent?.id === id ? world.parent : null),
  openInbound: (uid) => world.busy === uid,
  openTaskOfCall: () => world.openTask ?? false,
  chainLabels: (chain) => (chain === parent.chain ? ['pii'] : []),
});
const link = (who: Caller, callToken: string | null, world: World = { parent }, traced = false) =>
  resolveLink(
    {
      credentials: { callToken },
      trace: traced ? { traceId: 'a'.repeat(32), parentSpanId: 'b'.repeat(16) } : null,
    },
    who,
    { callTokens, reads: reads(world) },
  );

describe('a link', () => {
  test('is verified for the agent that was called, with the labels of its chain, as often as needed', async () => {
    const token = await mint();
    const first = await link(caller('support'), token);
    expect(first).toEqual({
      ok: true,
      value: {
        kind: 'verified',
        chain: parent.chain,
        parent: parent.id,
        depth: 2,
        agents: ['triage', 'support'],
        labels: ['pii'],
      },
    });
    expect(await link(caller('support', 'sub_fiona'), token)).toEqual(first);
  });

  test('counts an agent that calls itself once', async () => {
    const own = { ...parent, upstreamUid: agent('triage').uid };
    const token = await mint({ issuedTo: agent('triage').uid });
    expect(await link(caller('triage'), token, { parent: own })).toMatchObject({
      value: { kind: 'verified', depth: 1, agents: ['triage'] },
    });
  });

  test('outlives the first reply while the task of the call is open', async () => {
    const completed = { ...parent, state: 'completed' } as const;
    const token = await mint();
    expect(await link(caller('support'), token, { parent: completed, openTask: true })).toMatchObject({
      value: { kind: 'verified' },
    });
    expect(await link(caller('support'), token, { parent: completed })).toMatchObject({
      ok: false,
      error: { code: 'denied', reason: expect.stringContaining('has ended (completed)') },
    });
  });

  test.each([
    ['by another agent', () => mint(), 'thief', { parent }, 'was issued to'],
    [
      'for a call that nobody made',
      () => mint({ call: newId('call') }),
      'support',
      { parent },
      'is not one that this gateway sent',
    ],
    [
      'for another chain',
      () => mint({ chain: newId('chain') }),
      'support',
      { parent },
      'is not one that this gateway sent',
    ],
    [
      'for a call that went elsewhere',
      () => mint(),
      'support',
      { parent: { ...parent, upstreamUid: agent('thief').uid } },
      'is not one that',
    ],
    [
      'for a call that was never sent',
      () => mint(),
      'support',
      { parent: { ...parent, state: 'denied' } },
      'has ended (denied)',
    ],
    [
      'for a call whose end nobody knows',
      () => mint(),
      'support',
      { parent: { ...parent, state: 'unknown' } },
      'has ended (unknown)',
    ],
    ['that is no token', () => 'opaque', 'support', { parent }, 'Invalid Compact JWS'],
    [
      'of another gateway',
      () => foreign({ publicUrl: 'http://other' }),
      'support',
      { parent },
      'unexpected "iss"',
    ],
    ['signed as something else', () => signed('at+jwt'), 'support', { parent }, 'unexpected "typ"'],
  ] satisfies [string, () => Promise<string> | string, string, World, string][])(
    'is refused where a call token is presented %s',
    async (_, token, who, world, reason) => {
      const result = await link(caller(who), await token(), world);
      if (result.ok) throw new Error('the link was accepted');
      expect(result.error.code).toBe('denied');
      expect(result.error.reason).toContain(reason);
      expect(result.error.message).not.toContain(parent.id);
    },
  );

  test('is refused where the access token names another person', async () => {
    expect(await link(caller('support', 'sub_igor'), await mint())).toMatchObject({
      ok: false,
      error: { code: 'denied', reason: expect.stringContaining('another subject') },
    });
    expect(await link(caller('support', 'sub_igor'), await mint({ subject: null }))).toMatchObject({
      ok: true,
    });
  });

  test('ends with the lifetime of the call token, remembered or not', async () => {
    const token = await mint();
    expect(await link(caller('support'), token)).toMatchObject({ ok: true });
    now = NOON + 12 * 3_600_000;
    expect(await link(caller('support'), token)).toMatchObject({
      ok: false,
      error: { reason: 'the call token has expired' },
    });
    now = NOON;
  });

  test('without a call token begins a chain that says how much is known', async () => {
    const busy = agent('support').uid;
    expect(await link(caller('support'), null)).toMatchObject({
      value: { kind: 'root', parent: null, depth: 1, agents: ['support'], labels: [] },
    });
    expect(await link(caller('support'), null, {}, true)).toMatchObject({ value: { kind: 'claimed' } });
    expect(await link(caller('support'), null, { busy }, true)).toMatchObject({
      value: { kind: 'unlinked' },
    });
    const [a, b] = await Promise.all([link(caller('support'), null), link(caller('support'), null)]);
    expect(a.ok && b.ok && a.value.chain !== b.value.chain).toBe(true);
  });

  test('of a caller whom nobody registered proves nothing, whatever it presents', async () => {
    expect(await link(caller(null), await mint())).toMatchObject({
      value: { kind: 'root', agents: [], parent: null },
    });
  });
});

describe('a call token', () => {
  test('tells the callee whose call it is, and nothing about the person', async () => {
    const claims = decodeJwt(await mint({ agents: ['root', 'triage'] }));
    expect(claims).toMatchObject({
      iss: GATEWAY,
      aud: GATEWAY,
      call: parent.id,
      chain: parent.chain,
      agt: agent('support').uid,
      sub: 'sub_fiona',
      act: { sub: 'triage', act: { sub: 'root' } },
      entry: { index: 7, leaf: '0'.repeat(64) },
      exp: NOON / 1000 + 12 * 3600,
    });
  });

  test('names a published key', async () => {
    expect(callTokens.jwks().keys.map(({ kid }) => kid)).toEqual([decodeProtectedHeader(await mint()).kid]);
    expect(callTokens.jwks().keys[0]).not.toHaveProperty('d');
  });

  test('is no access token', async () => {
    const verifier = createVerifier({ now: () => NOON, fetch });
    const authorization = `Bearer ${await mint()}`;
    expect(
      await verifier.authenticate({ audience: GATEWAY, registry, credentials: { authorization } }),
    ).toMatchObject({
      ok: false,
      error: { code: 'unauthenticated', reason: expect.stringContaining('which is no access token') },
    });
  });

  test('given to a server is of no use to any agent', async () => {
    const token = await mint({ issuedTo: newId('srv') });
    expect(await callTokens.verify(token, agent('support').uid)).toMatchObject({ ok: false });
  });
});

function foreign(change: { readonly publicUrl: string }): Promise<string> {
  return createCallTokens({ key, now: () => now, ...change }).mint(input);
}

function signed(typ: string): Promise<string> {
  return new SignJWT({ call: parent.id, chain: parent.chain, agt: agent('support').uid, jti: 'x' })
    .setProtectedHeader({ alg: key.algorithm, typ })
    .setIssuer(GATEWAY)
    .setAudience(GATEWAY)
    .setIssuedAt(NOON / 1000)
    .setExpirationTime(NOON / 1000 + 60)
    .sign(key.privateKey);
}
