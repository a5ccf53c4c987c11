import { describe, expect, test } from 'vitest';
import type { Issuer } from '../registry/types.ts';
import { callerOf, subjectKey } from './caller.ts';
import { type TokenClaims } from './claims.ts';
import { issuerManifest, manifest, registryOf, testKey } from './test-issuer.ts';

const key = await testKey('k1');
const agent = (name: string, identities: string) =>
  manifest(
    'Agent',
    name,
    `{owner: fiona, team: billing, purpose: works, risk: low, environment: test, identities: [${identities}]}`,
  );

const registry = registryOf(
  issuerManifest('agents', 'https://agents.example', [key], 'kind: agents, assurance: attested'),
  issuerManifest('people', 'https://people.example', [key], 'kind: people'),
  issuerManifest('mixed', 'https://mixed.example', [key], 'kind: mixed'),
  issuerManifest('azp', 'https://azp.example', [key], 'kind: mixed, agentClaim: [azp]'),
  agent(
    'by-client',
    '{issuer: mixed, claim: client_id, value: bot}, {issuer: people, claim: client_id, value: bot}',
  ),
  agent('by-actor', '{issuer: mixed, claim: act.sub, value: bot}'),
  agent('by-sub', '{issuer: agents, claim: sub, value: bot}, {issuer: mixed, claim: sub, value: bot}'),
);

function issuer(name: string): Issuer {
  const found = registry.issuers.get(name);
  if (found === undefined) throw new Error(`no issuer ${name}`);
  return found;
}
const token = (claims: Partial<TokenClaims>): TokenClaims => ({
  sub: 'bot',
  clientId: null,
  azp: null,
  actors: [],
  isMachine: false,
  email: null,
  jti: null,
  scopes: [],
  issuedAt: 0,
  expiresAt: 1,
  ...claims,
});
const resolve = (name: string, claims: Partial<TokenClaims>) => {
  const caller = callerOf(token(claims), issuer(name), registry);
  if (!caller.ok) return caller.error;
  const { agent, identity, subject } = caller.value;
  return `${agent?.name ?? 'nobody'} by ${identity.claim}, for ${subject?.sub ?? 'itself'} (${subject?.user?.name ?? 'unknown'})`;
};

describe('the caller', () => {
  test.each([
    ['agents', { clientId: 'x' }, 'nobody by client_id, for itself (unknown)'],
    ['agents', {}, 'by-sub by sub, for itself (unknown)'],
    [
      'agents',
      { sub: 'fiona@example.com', actors: ['bot'] },
      'nobody by act.sub, for fiona@example.com (fiona)',
    ],
    ['mixed', { clientId: 'bot' }, 'by-client by client_id, for itself (unknown)'],
    [
      'mixed',
      { clientId: 'bot', sub: 'fiona@example.com' },
      'by-client by client_id, for fiona@example.com (fiona)',
    ],
    [
      'mixed',
      { clientId: 'other', sub: 'u-1', actors: ['bot', 'earlier'] },
      'by-actor by act.sub, for u-1 (unknown)',
    ],
    [
      'mixed',
      { clientId: 'bot', sub: 'svc-1', isMachine: true },
      'by-client by client_id, for itself (unknown)',
    ],
    ['mixed', {}, 'by-sub by sub, for itself (unknown)'],
    [
      'people',
      { clientId: 'bot', sub: 'u-1', email: 'Fiona@Example.com' },
      'by-client by client_id, for u-1 (fiona)',
    ],
  ])('of an issuer of %s with %o is %s', (name, claims, caller) => {
    expect(resolve(name, claims)).toBe(caller);
  });

  test('is never an agent by a name that belongs to a person', () => {
    expect(resolve('people', { sub: 'bot' })).toContain('names no agent by any of');
    expect(resolve('azp', { sub: 'bot', clientId: 'bot' })).toContain('names no agent by any of `azp`');
  });

  test('is not a machine where the issuer speaks for people only', () => {
    expect(resolve('people', { clientId: 'bot' })).toContain('speaks for people only');
    expect(resolve('people', { clientId: 'bot', sub: 'u-1', isMachine: true })).toContain(
      'speaks for people only',
    );
  });

  test('stays the same person under one key, and is another person for another issuer', () => {
    expect(subjectKey('https://a.example', 'u-1')).toBe(subjectKey('https://a.example', 'u-1'));
    expect(subjectKey('https://a.example', 'u-1')).not.toBe(subjectKey('https://b.example', 'u-1'));
    expect(subjectKey('https://a.example', 'u-1')).toMatch(/^sub_[0-9a-f]{32}$/);
  });
});
