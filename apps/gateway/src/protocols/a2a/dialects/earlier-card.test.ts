import { verifyAgentCardSignature } from '@a2a-js/sdk';
import { parseLegacyAgentCard } from '@a2a-js/sdk/compat/v0_3/client';
import { exportJWK, flattenedVerify, generateKeyPair } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import type { A2aUpstream } from '../../../registry/types.ts';
import { canonicalText, parseLexical } from '../../json/canonical.ts';
import { type CardKey, createCardSigner } from '../card.ts';
import { checkCard } from '../card-signature.ts';
import { createUpstreamCards, parseCard, type UpstreamCard } from '../upstream-card.ts';

const ADDRESS = 'http://agent.example/.well-known/agent-card.json';
const ANY = { pinned: null, binding: null };
const AUDIENCE = 'https://gateway.example/a2a/elder';
const AT = {
  agent: 'elder',
  audience: AUDIENCE,
  publicUrl: 'https://gateway.example',
  isInline: false,
  grpcAddress: null,
};

const EARLIER = {
  protocolVersion: '0.3.0',
  name: 'elder',
  description: 'was there first',
  version: '7',
  iconUrl: 'https://agent.example/icon.png',
  url: 'http://agent.example/rpc',
  preferredTransport: 'JSONRPC',
  additionalInterfaces: [{ url: 'http://agent.example/grpc', transport: 'GRPC' }],
  capabilities: { streaming: true, pushNotifications: true, sneaky: { deep: 1 } },
  securitySchemes: { own: { type: 'apiKey', in: 'header', name: 'X-Key' } },
  security: [{ own: [] }],
  defaultInputModes: ['text/plain'],
  defaultOutputModes: ['text/plain'],
  skills: [{ id: 's', name: 'S', description: 'd', tags: ['t'], security: [{ own: [] }], sneaky: true }],
  supportsAuthenticatedExtendedCard: true,
  signatures: [{ protected: 'e30', signature: 'AAAA' }],
  notInTheSchema: { sneaky: true },
};
const rpc = (version: string, url = 'http://agent.example/rpc') => ({
  url,
  protocolBinding: 'JSONRPC',
  protocolVersion: version,
});
const BOTH = {
  name: 'both',
  description: 'd',
  version: '1',
  supportedInterfaces: [rpc('1.0'), rpc('0.3', 'http://agent.example/old')],
  capabilities: { streaming: true },
  defaultInputModes: ['text/plain'],
  defaultOutputModes: ['text/plain'],
  skills: [],
};

const upstreamOf = (more: Partial<A2aUpstream> = {}) =>
  ({ kind: 'a2a', uid: 'agt_1', name: 'a', cardUrl: ADDRESS, ...more }) as A2aUpstream;

const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

function cardOf(value: object, choice: Parameters<typeof parseCard>[2] = ANY): UpstreamCard {
  const card = parseCard(bytes(value), ADDRESS, choice);
  if (!card.ok) throw new Error(card.error.reason);
  return card.value;
}

describe('where an agent takes 0.3', () => {
  test.each([
    ['its own address', EARLIER, 'http://agent.example/rpc'],
    [
      'its own address, without naming a transport',
      { ...EARLIER, preferredTransport: undefined },
      'http://agent.example/rpc',
    ],
    [
      'one of its additional interfaces',
      {
        ...EARLIER,
        preferredTransport: 'GRPC',
        additionalInterfaces: [{ url: 'http://agent.example/more', transport: 'JSONRPC' }],
      },
      'http://agent.example/more',
    ],
    ['an interface of a card of 1.0', BOTH, 'http://agent.example/old'],
  ])('%s', (_, card, url) => {
    expect(cardOf(card).earlier).toEqual({ binding: 'JSONRPC', url, tenant: null });
  });

  test('is its own origin, or that of the place an operator named', () => {
    const elsewhere = { ...EARLIER, url: 'http://169.254.169.254/rpc' };
    expect(parseCard(bytes(elsewhere), ADDRESS, ANY).ok).toBe(false);
    const pinned = { pinned: 'http://inside.example/rpc', binding: null };
    expect(cardOf(elsewhere, pinned).earlier?.url).toBe('http://inside.example/rpc');
    expect(cardOf({ ...EARLIER, url: 'http://inside.example/old' }, pinned).earlier?.url).toBe(
      'http://inside.example/old',
    );
  });

  test('is nothing that stands beside a card of 1.0, where its signature does not reach', () => {
    const beside = {
      ...BOTH,
      supportedInterfaces: [rpc('1.0')],
      url: 'http://agent.example/x',
      protocolVersion: '0.3.0',
    };
    expect(cardOf(beside)).toMatchObject({ earlier: null, earlierJson: null });
  });

  test.each([
    ['another transport', { ...EARLIER, preferredTransport: 'HTTP+JSON' }],
    ['an earlier version', { ...EARLIER, protocolVersion: '0.2.5' }],
    ['no capabilities', { ...EARLIER, capabilities: undefined }],
    ['skills that are no list', { ...EARLIER, skills: {} }],
  ])('is not known from a card with %s', (_, card) => {
    expect(parseCard(bytes(card), ADDRESS, ANY)).toMatchObject({
      ok: false,
      error: { code: 'upstream_invalid' },
    });
  });
});

test('a request in a version that the agent does not take is refused, and says which it takes', async () => {
  const upstream = upstreamOf();
  const cardsOf = (card: object) =>
    createUpstreamCards({
      now: () => 0,
      writer: { commit: async () => ({ ok: true, receipts: [] }) },
      send: () =>
        Promise.resolve({
          ok: true,
          value: { status: 200, headers: new Map(), body: ReadableStream.from([bytes(card)]) },
        }),
    });
  const refused = (supported: string, fix: string) => ({
    ok: false,
    error: {
      code: 'unsupported_version',
      rpcCode: -32009,
      data: { supported },
      message: expect.stringContaining(fix) as string,
    },
  });
  const elder = cardsOf(EARLIER);
  expect(await elder.interfaceOf(upstream, '1.0')).toMatchObject(refused('0.3', 'leave out `A2A-Version`'));
  expect(await elder.interfaceOf(upstream, '0.3')).toMatchObject({ ok: true });
  const younger = cardsOf({ ...BOTH, supportedInterfaces: [rpc('1.0')] });
  expect(await younger.interfaceOf(upstream, '0.3')).toMatchObject(refused('1.0', 'send `A2A-Version: 1.0`'));
  const both = cardsOf(BOTH);
  expect((await both.interfaceOf(upstream, '0.3')).ok).toBe(true);
  expect((await both.interfaceOf(upstream, '1.0')).ok).toBe(true);
});

describe('the card that is served', () => {
  let key: CardKey;
  let publicJwk: Awaited<ReturnType<typeof exportJWK>>;
  let publicKey: Awaited<ReturnType<typeof generateKeyPair>>['publicKey'];
  beforeAll(async () => {
    const pair = await generateKeyPair('ES256', { extractable: true });
    publicJwk = await exportJWK(pair.publicKey);
    ({ publicKey } = pair);
    key = { kid: 'card-1', algorithm: 'ES256', privateKey: pair.privateKey };
  });
  const served = async (card: object) =>
    JSON.parse((await createCardSigner(key)(cardOf(card), AT)).text) as Record<string, unknown> & {
      readonly signatures: readonly { readonly protected: string; readonly signature: string }[];
    };
  const verify = () => verifyAgentCardSignature(() => Promise.resolve(publicJwk));
  /** As 0.3 asks for: over all of the card but its signatures. */
  const verifyWhole = async ({ signatures, ...card }: Awaited<ReturnType<typeof served>>) => {
    const payload = Buffer.from(canonicalText(parseLexical(JSON.stringify(card))));
    const last = signatures.at(-1);
    await flattenedVerify(
      { ...last, signature: last?.signature ?? '', payload: payload.toString('base64url') },
      publicKey,
    );
  };

  test('has the form of the agent’s own, with the gateway as the only way to it', async () => {
    const card = await served(EARLIER);
    expect(card).toMatchObject({
      protocolVersion: '0.3.0',
      name: 'elder',
      iconUrl: 'https://agent.example/icon.png',
      url: AUDIENCE,
      preferredTransport: 'JSONRPC',
      additionalInterfaces: [{ url: AUDIENCE, transport: 'JSONRPC' }],
      securitySchemes: { gateway: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      security: [{ gateway: [] }],
      skills: [{ id: 's', name: 'S', description: 'd', tags: ['t'] }],
    });
    expect(JSON.stringify(card)).not.toContain('sneaky');
    expect(JSON.stringify(card)).not.toContain('X-Key');
    expect(card).not.toHaveProperty('supportedInterfaces');
  });

  test('verifies for the official client of 0.3, and as 0.3 asks for', async () => {
    const card = await served(EARLIER);
    await verify()(parseLegacyAgentCard(card));
    await verifyWhole(card);
    const changed = parseLegacyAgentCard({ ...card, url: 'https://evil.example' });
    await expect(verify()(changed)).rejects.toThrow(/signature/i);
  });

  test('is signed as the gateway itself checks cards of 0.3', async () => {
    const card = await served(EARLIER);
    const pinned = [{ ...publicJwk, alg: 'ES256' }];
    expect(await checkCard(card, pinned)).toMatchObject({ signature: 'verified' });
    const moved = { ...card, url: 'https://gateway.example/a2a/other' };
    expect(await checkCard(moved, pinned)).toMatchObject({ signature: 'invalid' });
  });

  test('says whether there is another card for those whom the agent knows', async () => {
    expect(await served(EARLIER)).toMatchObject({ supportsAuthenticatedExtendedCard: true });
    const none = await served({ ...EARLIER, supportsAuthenticatedExtendedCard: undefined });
    expect(none).toMatchObject({ supportsAuthenticatedExtendedCard: false });
  });

  test('of an agent that takes both names both, and is read by readers of either', async () => {
    const card = await served(BOTH);
    expect(card).toMatchObject({
      url: AUDIENCE,
      protocolVersion: '0.3.0',
      preferredTransport: 'JSONRPC',
      security: [{ gateway: [] }],
      securitySchemes: { gateway: { type: 'http', httpAuthSecurityScheme: { scheme: 'Bearer' } } },
    });
    expect(card['supportedInterfaces']).toContainEqual(rpc('1.0', AUDIENCE));
    expect(card['supportedInterfaces']).toContainEqual(rpc('0.3', AUDIENCE));
    await verify()(card as unknown as Parameters<ReturnType<typeof verify>>[0]);
    await verifyWhole(card);
  });

  test('of an agent that takes 1.0 alone says nothing of 0.3', async () => {
    const card = await served({ ...BOTH, supportedInterfaces: [rpc('1.0')] });
    expect(card).not.toHaveProperty('url');
    expect(JSON.stringify(card['supportedInterfaces'])).not.toContain('0.3');
  });
});
