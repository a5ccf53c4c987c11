// Agent cards by the gateway: the extended one, signatures against pinned keys, and the directory of who may be reached.
import { AgentCard, generateAgentCardSignature } from '@a2a-js/sdk';
import { manifest } from '@countersign/testkit';
import { type CryptoKey, exportJWK, generateKeyPair } from 'jose';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type A2aWorld, startA2aWorld } from './a2a-world.ts';
import { entriesOf } from './entries.ts';

let world: A2aWorld;
let server: Server;
let card: object = {};
beforeAll(async () => {
  world = await startA2aWorld();
  server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(card));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
});
afterAll(async () => {
  server.close();
  await world.close();
});

test("the extended card is the gateway's own, as the public one is, for those whom policy lets read it", async () => {
  const client = await world.connect('planner', 'helper');
  const extended = await client.getAgentCard();
  expect(extended.description).toContain('also for those whom it knows');
  expect(extended.supportedInterfaces[0]?.url).toBe(`${world.gateway().data}/a2a/helper`);
  expect(extended.signatures.length).toBeGreaterThan(0);
  expect(JSON.stringify(AgentCard.toJSON(extended))).not.toContain(world.helper.url);
  const [call] = await world.calls();
  expect(call).toMatchObject({ operation: 'a2a:card/extended', decision: 'allow', outcome: 'ok' });

  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'GetExtendedAgentCard', params: {} });
  const denied = (await (await world.post('planner', 'recluse', body)).json()) as {
    error?: { message: string };
  };
  expect(denied.error?.message).toMatch(/polic/);
});

test('of an agent of which something is masked, the extended card is withheld, and not offered', async () => {
  const { url } = world.helper;
  await world.apply(manifest('A2AAgent', 'helper', { url, mask: ['result.email'] }));
  try {
    const response = await fetch(`${world.gateway().data}/a2a/helper/.well-known/agent-card.json`);
    expect(await response.json()).not.toMatchObject({ capabilities: { extendedAgentCard: true } });
    const client = await world.connect('planner', 'helper');
    expect((await client.getAgentCard()).description).not.toContain('also for those whom it knows');
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'GetExtendedAgentCard', params: {} });
    const told = await (await world.post('planner', 'helper', body)).text();
    expect(told).toContain('mask_failed');
    expect(told).not.toContain('also for those whom it knows');
    expect((await world.calls())[0]).toMatchObject({ operation: 'a2a:card/extended', outcome: 'withheld' });
  } finally {
    await world.apply(manifest('A2AAgent', 'helper', { url }));
  }
});

async function signed(key: CryptoKey, more: object = {}): Promise<object> {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const plain = AgentCard.fromJSON({
    name: 'signed',
    description: 'signs its card',
    version: '1',
    supportedInterfaces: [{ url: `${url}/rpc`, protocolBinding: 'JSONRPC', protocolVersion: '1.0' }],
    capabilities: { streaming: true },
    defaultInputModes: ['text/plain'],
    defaultOutputModes: ['text/plain'],
    skills: [{ id: 's', name: 's', description: 's', tags: ['t'] }],
    ...more,
  });
  const sign = generateAgentCardSignature(key, {
    alg: 'ES256',
    typ: 'JOSE',
    kid: 'k',
    jku: 'http://127.0.0.1:1/',
  });
  return AgentCard.toJSON(await sign(plain)) as object;
}

async function served(spec: object): Promise<Response> {
  await world.apply(
    manifest('A2AAgent', 'vault', {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      ...spec,
    }),
  );
  return fetch(`${world.gateway().data}/a2a/vault/.well-known/agent-card.json`);
}

test('a card is verified against the keys of the manifest, and refused where it must be signed and is not', async () => {
  const [own, other] = [
    await generateKeyPair('ES256', { extractable: true }),
    await generateKeyPair('ES256', { extractable: true }),
  ];
  const pinned = async ({ publicKey }: typeof own) => ({
    keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256' }],
  });
  card = await signed(own.privateKey);
  expect((await served({ cardKeys: await pinned(own), cardSignature: 'required' })).status).toBe(200);
  expect((await served({ cardKeys: await pinned(other) })).status).toBe(502);
  expect((await served({})).status).toBe(200);
  card = { ...card, description: 'changed on the way' };
  expect((await served({ cardKeys: await pinned(own), url: `${addressOf()}/changed` })).status).toBe(502);
  const { signatures: _none, ...unsigned } = card as { signatures?: unknown };
  card = unsigned;
  expect((await served({ cardKeys: await pinned(own), url: `${addressOf()}/unsigned` })).status).toBe(200);
  const required = { cardKeys: await pinned(own), cardSignature: 'required' };
  expect((await served({ ...required, url: `${addressOf()}/required` })).status).toBe(502);
  const checked = await entriesOf(world.gateway(), 'card.checked');
  expect(new Set(checked.map(({ body }) => body['signature']))).toEqual(
    new Set(['unsigned', 'verified', 'invalid', 'unpinned']),
  );
});

function addressOf(): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('the directory lists whom its caller may reach, and nobody else', async () => {
  const directory = async (agent: string, headers: Readonly<Record<string, string>> = {}) => {
    const token = await world.token(agent, '/.well-known/agents');
    return fetch(`${world.gateway().data}/.well-known/agents`, {
      headers: { authorization: `Bearer ${token}`, ...headers },
    });
  };
  const answer = await directory('planner');
  expect(answer.status).toBe(200);
  expect(answer.headers.get('cache-control')).toContain('private');
  const { agents } = (await answer.json()) as {
    agents: { name: string; cardUrl: string; description?: string }[];
  };
  // `vault` is held for people, and so could be reached; `recluse` shares nothing with anybody.
  expect(agents.map(({ name }) => name)).toEqual(['customer-support', 'helper', 'vault']);
  const helper = agents.find(({ name }) => name === 'helper');
  expect(helper).toMatchObject({
    description: expect.stringContaining('Answers as it is told to') as string,
  });
  expect((await fetch(helper?.cardUrl ?? '')).status).toBe(200);
  const etag = answer.headers.get('etag') ?? '';
  expect((await directory('planner', { 'if-none-match': etag })).status).toBe(304);

  expect(await (await directory('recluse')).json()).toMatchObject({ agents: [{ name: 'recluse' }] });
  expect(await (await directory('somebody-unknown')).json()).toEqual({ agents: [] });
  expect((await fetch(`${world.gateway().data}/.well-known/agents`)).status).toBe(401);
  const elsewhere = await world.token('planner', '/mcp/nowhere');
  const foreign = await fetch(`${world.gateway().data}/.well-known/agents`, {
    headers: { authorization: `Bearer ${elsewhere}` },
  });
  expect(foreign.status).toBe(401);
});
