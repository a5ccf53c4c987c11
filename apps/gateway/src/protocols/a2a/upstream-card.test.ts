import { expect, test } from 'vitest';
import { ok, refuse } from '../../errors.ts';
import type { A2aUpstream } from '../../registry/types.ts';
import { cardAddress, createUpstreamCards, parseCard } from './upstream-card.ts';

const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const interfaces = (...list: object[]) => bytes({ name: 'a', supportedInterfaces: list });
const rpc = (url: string, more: object = {}) => ({
  url,
  protocolBinding: 'JSONRPC',
  protocolVersion: '1.0',
  ...more,
});
const ANY = { pinned: null, binding: null };
const CARD = 'http://agent.example:8080/.well-known/agent-card.json';

const upstream = (more: Partial<A2aUpstream> = {}) =>
  ({
    kind: 'a2a',
    uid: 'agt_1',
    name: 'a',
    cardUrl: 'http://agent.example:8080',
    credential: { kind: 'none' },
    ...more,
  }) as A2aUpstream;

test('a base address has its card at the well-known place, a card address is taken as it is', () => {
  expect(cardAddress('http://a.example')).toBe('http://a.example/.well-known/agent-card.json');
  expect(cardAddress('http://a.example/agents/b/')).toBe(
    'http://a.example/agents/b/.well-known/agent-card.json',
  );
  expect(cardAddress('http://a.example/card.json')).toBe('http://a.example/card.json');
});

const offers = interfaces(
  { ...rpc('http://agent.example:8080/old'), protocolVersion: '0.3' },
  { ...rpc('http://agent.example:8080/rest'), protocolBinding: 'HTTP+JSON' },
  rpc('http://agent.example:8080/rpc', { tenant: 'acme' }),
  { ...rpc('agent.example:9000'), protocolBinding: 'GRPC' },
);

test('messages go to the first interface that speaks 1.0, or to the one that an operator asks for, with its tenant', () => {
  expect(parseCard(offers, CARD, ANY)).toMatchObject({
    value: {
      interface: { binding: 'HTTP+JSON', url: 'http://agent.example:8080/rest', tenant: null },
    },
  });
  expect(parseCard(offers, CARD, { ...ANY, binding: 'JSONRPC' })).toMatchObject({
    value: { interface: { binding: 'JSONRPC', url: 'http://agent.example:8080/rpc', tenant: 'acme' } },
  });
});

test('a gRPC server elsewhere has to be named by an operator', () => {
  const choice = { ...ANY, binding: 'GRPC' } as const;
  expect(parseCard(offers, CARD, choice)).toMatchObject({ ok: false });
  expect(parseCard(offers, CARD, { ...choice, pinned: 'http://agent.example:9000' })).toMatchObject({
    value: { interface: { binding: 'GRPC', url: 'http://agent.example:9000' } },
  });
  const same = { ...rpc('agent.example:8080'), protocolBinding: 'GRPC' };
  expect(parseCard(interfaces(same), CARD, ANY)).toMatchObject({
    value: { interface: { binding: 'GRPC', url: 'http://agent.example:8080' } },
  });
  const path = { ...rpc('http://agent.example:8080/grpc'), protocolBinding: 'GRPC' };
  expect(parseCard(interfaces(path), CARD, ANY)).toMatchObject({ ok: false });
});

test('an interface elsewhere is passed over for one that may be used', () => {
  const card = interfaces(rpc('http://elsewhere.example/rpc'), rpc('http://agent.example:8080/rpc'));
  expect(parseCard(card, CARD, ANY)).toMatchObject({
    value: { interface: { url: 'http://agent.example:8080/rpc' } },
  });
});

test('an endpoint that an operator named counts, whatever the card says', () => {
  const card = interfaces(rpc('http://elsewhere.example/rpc'));
  expect(parseCard(card, CARD, { ...ANY, pinned: 'http://inside.example/rpc' })).toMatchObject({
    ok: true,
    value: { interface: { url: 'http://inside.example/rpc' } },
  });
});

test.each([
  ['another host', interfaces(rpc('http://169.254.169.254/latest'))],
  ['another port', interfaces(rpc('http://agent.example:9090/rpc'))],
  ['another scheme', interfaces(rpc('file:///etc/passwd'))],
  ['credentials in the address', interfaces(rpc('http://user:pw@agent.example:8080/rpc'))],
  ['no address', interfaces({ protocolBinding: 'JSONRPC', protocolVersion: '1.0' })],
  [
    'no version that is relayed',
    interfaces({ ...rpc('http://agent.example:8080/rpc'), protocolVersion: '0.2' }),
  ],
  [
    'half a card of A2A 0.3',
    bytes({ name: 'a', url: 'http://agent.example:8080/', protocolVersion: '0.3.0' }),
  ],
  ['no JSON', new TextEncoder().encode('<html>')],
  ['a name twice', new TextEncoder().encode('{"name":"a","name":"b"}')],
])('is refused: %s', (_name, card) => {
  expect(parseCard(card, CARD, ANY)).toMatchObject({ ok: false, error: { code: 'upstream_invalid' } });
});

function cardServer() {
  const state = { now: 0, fetched: [] as string[], isDown: false, status: 200, size: 0 };
  const cards = createUpstreamCards({
    now: () => state.now,
    writer: { commit: async () => ({ ok: true, receipts: [] }) },
    async send(to) {
      state.fetched.push(to.kind === 'a2a' ? (to.endpoint ?? '') : '');
      if (state.isDown)
        return { ok: false, error: { ...refuse('upstream_unavailable', 'down').error, isSent: false } };
      const card = {
        name: 'a',
        description: 'x'.repeat(state.size),
        supportedInterfaces: [rpc('http://agent.example:8080/rpc')],
      };
      return ok({
        status: state.status,
        headers: new Map(),
        body: ReadableStream.from([bytes(card)]),
      });
    },
  });
  return { state, cards };
}

test('a card is fetched once for many, and again after a minute', async () => {
  const { state, cards } = cardServer();
  const all = await Promise.all([
    cards.interfaceOf(upstream(), '1.0'),
    cards.interfaceOf(upstream(), '1.0'),
    cards.card(upstream()),
  ]);
  expect(all.every((each) => each.ok)).toBe(true);
  expect(state.fetched).toEqual([CARD]);
  state.now = 61_000;
  await cards.card(upstream());
  expect(state.fetched).toHaveLength(2);
  await cards.card(upstream({ cardUrl: 'http://agent.example:8080/other.json' }));
  expect(state.fetched.at(-1)).toBe('http://agent.example:8080/other.json');
});

test('a card that cannot be fetched again is used for ten minutes, and not longer', async () => {
  const { state, cards } = cardServer();
  await cards.card(upstream());
  state.isDown = true;
  state.now = 5 * 60_000;
  expect((await cards.card(upstream())).ok).toBe(true);
  state.now = 11 * 60_000;
  expect(await cards.card(upstream())).toMatchObject({ ok: false, error: { code: 'upstream_unavailable' } });
});

test('no card: another status, or too large', async () => {
  const missing = cardServer();
  missing.state.status = 404;
  expect(await missing.cards.card(upstream())).toMatchObject({
    ok: false,
    error: { code: 'upstream_unavailable' },
  });
  const large = cardServer();
  large.state.size = 300_000;
  expect(await large.cards.card(upstream())).toMatchObject({
    ok: false,
    error: { code: 'upstream_invalid' },
  });
});
