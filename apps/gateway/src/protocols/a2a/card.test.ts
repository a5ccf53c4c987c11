import { AgentCard, verifyAgentCardSignature } from '@a2a-js/sdk';
import { exportJWK, generateKeyPair } from 'jose';
import { beforeAll, expect, test, vi } from 'vitest';
import { type CardKey, createCardSigner, rewriteCard, signCard } from './card.ts';
import { RECEIPT_EXTENSION } from './inline-receipts.ts';
import { parseCard, type UpstreamCard } from './upstream-card.ts';

const THEIRS = {
  name: 'helper',
  description: 'helps',
  version: '3',
  iconUrl: 'https://agent.example/icon.png',
  supportedInterfaces: [
    { url: 'http://agent.example/grpc', protocolBinding: 'GRPC', protocolVersion: '1.0' },
    { url: 'http://agent.example/rpc', protocolBinding: 'JSONRPC', protocolVersion: '1.0' },
  ],
  capabilities: { streaming: true, pushNotifications: true, extendedAgentCard: true },
  securitySchemes: { theirs: { apiKeySecurityScheme: { name: 'X-Key', location: 'header' } } },
  securityRequirements: [{ schemes: { theirs: { list: [] } } }],
  skills: [
    {
      id: 's',
      name: 'S',
      description: 'd',
      tags: ['t'],
      securityRequirements: [{ schemes: { theirs: { list: [] } } }],
    },
  ],
  signatures: [{ protected: 'e30', signature: 'AAAA' }],
  notInTheSchema: { sneaky: true },
};

const AUDIENCE = 'https://gateway.example/a2a/helper';
const AT = {
  agent: 'helper',
  audience: AUDIENCE,
  publicUrl: 'https://gateway.example',
  isInline: false,
  grpcAddress: null,
};

function cardOf(value: object): UpstreamCard {
  const card = parseCard(new TextEncoder().encode(JSON.stringify(value)), 'http://agent.example/card.json', {
    pinned: null,
    binding: null,
  });
  if (!card.ok) throw new Error(card.error.reason);
  return card.value;
}

let key: CardKey;
let publicJwk: Awaited<ReturnType<typeof exportJWK>>;
beforeAll(async () => {
  const pair = await generateKeyPair('ES256', { extractable: true });
  publicJwk = await exportJWK(pair.publicKey);
  key = { kid: 'card-1', algorithm: 'ES256', privateKey: pair.privateKey };
});

test('names the gateway as the only way to the agent, and its own kind of token', () => {
  const card = rewriteCard(cardOf(THEIRS), AT);
  expect(card).toMatchObject({
    name: 'helper',
    iconUrl: 'https://agent.example/icon.png',
    supportedInterfaces: [
      { url: AUDIENCE, protocolBinding: 'JSONRPC', protocolVersion: '1.0' },
      { url: AUDIENCE, protocolBinding: 'HTTP+JSON', protocolVersion: '1.0' },
    ],
    capabilities: { streaming: true },
    securitySchemes: { gateway: { httpAuthSecurityScheme: { scheme: 'Bearer', bearerFormat: 'JWT' } } },
  });
  const text = JSON.stringify(card);
  for (const word of ['agent.example/rpc', 'GRPC', 'theirs', 'X-Key', 'sneaky', 'signatures']) {
    expect(text).not.toContain(word);
  }
  const { capabilities } = AgentCard.fromJSON(card);
  expect(capabilities?.pushNotifications).toBe(true);
  expect(capabilities?.extendedAgentCard).toBe(true);
});

test('keeps the tenant that the agent is reached under', () => {
  const tenant = { ...THEIRS.supportedInterfaces[1], tenant: 'acme' };
  const card = rewriteCard(cardOf({ ...THEIRS, supportedInterfaces: [tenant] }), AT);
  expect(card['supportedInterfaces']).toMatchObject([{ tenant: 'acme' }, { tenant: 'acme' }]);
});

test('where the gateway takes gRPC, the tenant names the agent, and the tenant of its own after it', () => {
  const at = { ...AT, grpcAddress: 'gateway.example:443' };
  const grpcOf = (json: object) =>
    AgentCard.fromJSON(rewriteCard(cardOf(json), at)).supportedInterfaces.at(-1);
  expect(grpcOf(THEIRS)).toMatchObject({
    url: 'gateway.example:443',
    protocolBinding: 'GRPC',
    tenant: 'helper',
  });
  const tenant = { ...THEIRS.supportedInterfaces[1], tenant: 'acme' };
  expect(grpcOf({ ...THEIRS, supportedInterfaces: [tenant] })).toMatchObject({ tenant: 'helper/acme' });
});

test('the official SDK verifies it, as JSON and in the form that its client keeps', async () => {
  // The SDK prints each signature that it tries in vain.
  vi.spyOn(console, 'debug').mockReturnValue(undefined);
  const served = await signCard(rewriteCard(cardOf(THEIRS), AT), key, AT);
  const asked: unknown[] = [];
  const verify = verifyAgentCardSignature(async (kid, jku) => {
    asked.push([kid, jku]);
    return publicJwk;
  });
  const json = JSON.parse(served.text) as AgentCard;
  await verify(json);
  await verify(AgentCard.fromJSON(json));
  expect(asked[0]).toEqual(['card-1', 'https://gateway.example/.well-known/jwks.json']);
  const forged = {
    ...json,
    supportedInterfaces: [{ ...json.supportedInterfaces[0], url: 'https://evil.example' }],
  };
  await expect(verify(forged as AgentCard)).rejects.toThrow('No valid signatures');
  const schemes = { gateway: { apiKeySecurityScheme: { name: 'X', location: 'query' } } };
  await expect(verify({ ...json, securitySchemes: schemes } as unknown as AgentCard)).rejects.toThrow(
    'No valid signatures',
  );
});

test('a card is signed once, and its etag is that of its content', async () => {
  const sign = createCardSigner(key);
  const card = cardOf(THEIRS);
  expect(await sign(card, AT)).toBe(await sign(card, AT));
  const [same, other] = [await sign(cardOf(THEIRS), AT), await sign(cardOf({ ...THEIRS, version: '4' }), AT)];
  expect(same.etag).toBe((await sign(card, AT)).etag);
  expect(other.etag).not.toBe(same.etag);
});

test('says that answers carry receipts only where they do, whatever the agent says of itself', async () => {
  const theirs = { uri: 'https://agent.example/ext', required: true };
  const claimed = { uri: RECEIPT_EXTENSION, required: true };
  const card = cardOf({ ...THEIRS, capabilities: { extensions: [theirs, claimed] } });
  const signer = createCardSigner(key);
  const extensions = async (isInline: boolean) => {
    const { text } = await signer(card, { ...AT, isInline });
    return (JSON.parse(text) as { capabilities: { extensions?: unknown[] } }).capabilities.extensions;
  };
  expect(await extensions(false)).toEqual([expect.objectContaining({ uri: theirs.uri })]);
  expect(await extensions(true)).toEqual([
    expect.objectContaining({ uri: theirs.uri }),
    expect.objectContaining({ uri: RECEIPT_EXTENSION }),
  ]);
});

test('an agent that was renamed is served with its new address at once, and each card is signed once', async () => {
  const card = cardOf(THEIRS);
  const serve = createCardSigner(key);
  const before = await serve(card, AT);
  expect(await serve(card, { ...AT })).toBe(before);
  const renamed = { ...AT, agent: 'aide', audience: 'https://gateway.example/a2a/aide' };
  expect((await serve(card, renamed)).text).toContain('/a2a/aide');
  expect((await serve(card, renamed)).text).not.toContain('/a2a/helper');
  expect(await serve(card, AT)).toBe(before);
});
