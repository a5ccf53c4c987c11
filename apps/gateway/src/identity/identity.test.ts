import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '@countersign/audit';
import { decodeJwt } from 'jose';
import { afterAll, expect, test } from 'vitest';
import type { AuthenticatedCall, Caller, ChainLink } from '../pipeline/types.ts';
import type { Upstream } from '../registry/types.ts';
import { createCallTokens } from './call-token.ts';
import { createIdentity } from './identity.ts';
import { openSigningKey } from './keys.ts';
import { manifest, NOON, registryOf } from './test-issuer.ts';
import { createVerifier } from './verify.ts';

const folder = mkdtempSync(join(tmpdir(), 'countersign-identity-'));
afterAll(() => rmSync(folder, { recursive: true }));

const server = (name: string, more = '') =>
  manifest(
    'MCPServer',
    name,
    `{url: "https://p.example", team: billing, environment: test, risk: low${more}}`,
  );
const registry = registryOf(
  server('plain'),
  server('trusted', ', callToken: token'),
  manifest('Agent', 'support', '{owner: fiona, team: billing, purpose: helps, risk: low, environment: test}'),
  manifest('A2AAgent', 'support', '{url: "https://s.example"}'),
);
const support = registry.agents.get('support') ?? null;

const key = await openSigningKey(folder, 'call_token');
if (!key.ok) throw new Error(key.error);
const now = () => NOON;
const callTokens = createCallTokens({ key: key.value, publicUrl: 'http://127.0.0.1:4100', now });
const identity = createIdentity({
  verifier: createVerifier({ now, fetch }),
  callTokens,
  reads: {
    parentCall: () => null,
    openInbound: () => false,
    openTaskOfCall: () => false,
    chainLabels: () => [],
  },
});

const link: ChainLink = {
  kind: 'root',
  chain: newId('chain'),
  parent: null,
  depth: 1,
  agents: ['support'],
  labels: [],
};
const caller = (subject: string | null): Caller => ({
  agent: support,
  identity: { issuer: 'idp', claim: 'client_id', value: 'support' },
  subject: subject === null ? null : { key: subject, sub: subject, issuer: 'idp', user: null },
  actors: [],
  token: { issuer: 'idp', jti: null, scopes: [], issuedAt: 0, expiresAt: 1, assurance: 'public' },
});

function tokenFor(upstream: Upstream | undefined, subject: string | null, presented: string | null = null) {
  const verified = presented === null ? link : { ...link, kind: 'verified' };
  const call = {
    id: newId('call'),
    upstream,
    caller: caller(subject),
    link: verified,
    credentials: { callToken: presented },
  };
  return identity.callToken(call as unknown as AuthenticatedCall, { index: 3, leaf: 'f'.repeat(64) });
}
const subjectOf = (token: string | null) => decodeJwt(token ?? '').sub;

test('agents get the call token, servers only where an operator says so', async () => {
  expect(await tokenFor(registry.servers.get('plain'), null)).toBeNull();
  expect(decodeJwt((await tokenFor(registry.servers.get('trusted'), null)) ?? '')['agt']).toBe(
    registry.servers.get('trusted')?.uid,
  );
  expect(decodeJwt((await tokenFor(registry.a2a.get('support'), null)) ?? '')['agt']).toBe(support?.uid);
});

test('a machine token in the middle of a chain does not end on whose behalf the chain runs', async () => {
  const upstream = registry.a2a.get('support');
  const first = await tokenFor(upstream, 'sub_fiona');
  expect(subjectOf(first)).toBe('sub_fiona');
  expect(subjectOf(await tokenFor(upstream, null, first))).toBe('sub_fiona');
  expect(subjectOf(await tokenFor(upstream, null))).toBeUndefined();
});
