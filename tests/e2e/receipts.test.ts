// What a caller of MCP gets to hold of its calls: the decision's receipt with every kind of answer, everything of a call at
// /receipts, receipts inside the answer where the server's manifest says so, and a command that checks them.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectV1, connectV2, manifest } from '@countersign/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apply } from './apply.ts';
import { openLegacySession } from './legacy-call.ts';
import { listening } from './listening.ts';
import { callModern } from './modern-call.ts';
import { type ReceiptKeys, receiptKeysOf } from './receipt-keys.ts';
import { SOON } from './soon.ts';
import { startWorld, type World } from './world.ts';

interface ToolResult {
  readonly isError?: boolean;
  readonly content: readonly { readonly text: string }[];
  readonly _meta?: Readonly<Record<string, unknown>>;
}
interface Receipts {
  readonly call: string;
  readonly log: string;
  readonly promiseSeconds: number;
  readonly receipts: readonly {
    readonly kind: string;
    readonly index: number;
    readonly receipt: string;
    readonly proof: string | null;
  }[];
}

const META = 'dev.countersign/receipt';

let world: World;
let keys: ReceiptKeys;
let folder: string;
beforeAll(async () => {
  world = await startWorld();
  keys = await receiptKeysOf(world.gateway);
  folder = await mkdtemp(join(tmpdir(), 'countersign-receipts-'));
  await writeFile(join(folder, 'trust'), keys.trust);
  const place = { team: 'platform', environment: 'production', risk: 'low' };
  await apply(
    world.gateway,
    manifest('MCPServer', 'inline', { ...place, url: world.fixture.url, receipts: 'inline' }),
    manifest('MCPServer', 'gone', { ...place, url: 'http://127.0.0.1:9/mcp', tools: { echo: {} } }),
  );
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true, force: true });
});

const clients = [
  ['sdk 1.x', connectV1],
  ['client 2.x, legacy era', connectV2],
  [
    'client 2.x, 2026-07-28',
    (url: string, options: { token: string; fetch?: typeof fetch }) =>
      connectV2(url, { ...options, era: '2026-07-28' }),
  ],
] as const;

async function connected(connect: (typeof clients)[number][1], agent: string, server: string) {
  const ears = listening();
  const token = await world.token(agent, `/mcp/${server}`);
  const client = await connect(`${world.gateway.data}/mcp/${server}`, { token, fetch: ears.fetch });
  ears.take();
  return { client, ears };
}

async function receiptsOf(call: string, agent: string, endpoint = '/receipts'): Promise<Response> {
  return fetch(`${world.gateway.data}/receipts/${call}`, {
    headers: { authorization: `Bearer ${await world.token(agent, endpoint)}` },
  });
}

/** The receipts of a call once a checkpoint covers them. */
async function covered(call: string, agent: string): Promise<Receipts> {
  const ask = async () => (await (await receiptsOf(call, agent)).json()) as Receipts;
  await expect
    .poll(async () => (await ask()).receipts.map(({ proof }) => typeof proof), SOON)
    .not.toContain('object');
  return ask();
}

describe.each(clients)('%s', (_name, connect) => {
  test('every answer brings the receipt of its decision: allowed, failed, denied, held, streamed', async () => {
    const worker = await connected(connect, 'worker', 'fixture');
    const clerk = await connected(connect, 'clerk', 'payments');
    const calls = [
      [worker, { name: 'echo', arguments: { text: 'x' } }, 'allow'],
      [worker, { name: 'slow', arguments: { steps: 2, interval_ms: 1 } }, 'allow'],
      [worker, { name: 'fail', arguments: {} }, 'deny'],
      [worker, { name: 'nope', arguments: {} }, 'deny'],
      [worker, { name: 'echo', arguments: { text: 7 } }, 'deny'],
      [clerk, { name: 'pay', arguments: { vendor: 'acme', amount_cents: 9e6, invoice: _name } }, 'hold'],
    ] as const;
    for (const [{ client, ears }, params, decision] of calls) {
      await client.callTool(params).catch(() => {});
      const [heard, ...more] = ears.take();
      expect(more).toEqual([]);
      const receipt = await keys.open(heard?.receipt ?? '');
      expect(receipt).toMatchObject({ call: heard?.call, kind: 'decided', promiseSeconds: 5 });
      const { call } = await world.admin<{ call: { decision: string } }>(`/calls/${heard?.call ?? ''}`);
      expect(call.decision).toBe(decision);
    }
    await Promise.all([worker.client.close(), clerk.client.close()]);
  });
});

test('a call that could not be sent, and a session of somebody else, leave a receipt too; what is only counted has none', async () => {
  const token = await world.token('worker', '/mcp/gone');
  const unsent = await callModern({ url: `${world.gateway.data}/mcp/gone`, token, tool: 'echo', args: {} });
  expect((await keys.open(unsent.headers.get('countersign-receipt') ?? '')).kind).toBe('decided');

  const url = `${world.gateway.data}/mcp/fixture`;
  const session = await openLegacySession(url, () => world.token('worker', '/mcp/fixture'));
  const list = { jsonrpc: '2.0', id: 2, method: 'tools/list' };
  const send = async (agent: string) =>
    fetch(url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await world.token(agent, '/mcp/fixture')}`,
        accept: 'application/json, text/event-stream',
        'content-type': 'application/json',
        'mcp-session-id': session.id,
        'mcp-protocol-version': '2025-11-25',
      },
      body: JSON.stringify(list),
    });
  const foreign = await send('clerk');
  expect(foreign.status).toBe(404);
  expect((await keys.open(foreign.headers.get('countersign-receipt') ?? '')).kind).toBe('decided');
  const own = await send('worker');
  expect([own.status, own.headers.get('countersign-receipt')]).toEqual([200, null]);
});

test('a call that keeps its connection while people decide has the receipt of the hold before anybody decided', async () => {
  const waiting = await startWorld({ config: { hold: { maxSeconds: 60 } } });
  try {
    const url = `${waiting.gateway.data}/mcp/payments`;
    const args = { vendor: 'acme', amount_cents: 9e6, invoice: 'waits' };
    const response = await callModern({
      url,
      token: await waiting.token('clerk', '/mcp/payments'),
      tool: 'pay',
      args,
    });
    const { headers } = response;
    expect(headers.get('content-type')).toContain('text/event-stream');
    const receipt = await (await receiptKeysOf(waiting.gateway)).open(
      headers.get('countersign-receipt') ?? '',
    );
    expect(receipt).toMatchObject({ kind: 'decided', call: headers.get('countersign-call') });
    await waiting.review(headers.get('countersign-approval') ?? '', 'approve', 'fine');
    expect(await response.text()).toContain('"result"');
    const token = await waiting.token('clerk', '/receipts');
    const found = await fetch(`${waiting.gateway.data}/receipts/${receipt.call}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const { receipts } = (await found.json()) as Receipts;
    expect(receipts.map(({ kind }) => kind)).toEqual(['decided', 'decided', 'completed']);
    expect(receipts[0]?.index).toBe(receipt.index);
  } finally {
    await waiting.close();
  }
});

describe('at /receipts', () => {
  async function echoed(): Promise<string> {
    const { client, ears } = await connected(connectV1, 'worker', 'fixture');
    await client.callTool({ name: 'echo', arguments: { text: 'x' } });
    await client.close();
    return ears.take()[0]?.call ?? '';
  }

  test('the agent that made a call finds its decision and its outcome, each with a proof once it is covered', async () => {
    const call = await echoed();
    const { receipts, log, promiseSeconds } = await covered(call, 'worker');
    expect(receipts.map(({ kind }) => kind)).toEqual(['decided', 'completed']);
    for (const { receipt, index, kind } of receipts)
      expect(await keys.open(receipt)).toMatchObject({ call, index, kind, origin: log, promiseSeconds });
    // A token for what it may call is good as well.
    expect((await receiptsOf(call, 'worker', '/mcp/fixture')).status).toBe(200);
  });

  test('nobody else learns even that the call exists', async () => {
    const call = await echoed();
    const unknown = `call_${'0'.repeat(32)}`;
    const answers = await Promise.all([
      receiptsOf(call, 'clerk'),
      receiptsOf(unknown, 'clerk'),
      receiptsOf(unknown, 'worker'),
      receiptsOf(call, 'stranger'),
      receiptsOf('nonsense', 'worker'),
    ]);
    const said = await Promise.all(answers.map(async (answer) => [answer.status, await answer.text()]));
    expect(new Set(said.map((each) => JSON.stringify(each))).size).toBe(1);
    expect(said[0]?.[0]).toBe(404);
    const own = `${world.gateway.data}/receipts/${call}`;
    const none = await fetch(own);
    expect([none.status, none.headers.get('www-authenticate')]).toEqual([
      401,
      expect.stringContaining('/.well-known/oauth-protected-resource/receipts'),
    ]);
    const elsewhere = await world.issuer.mint({ clientId: 'worker', resource: 'https://elsewhere.example' });
    expect((await fetch(own, { headers: { authorization: `Bearer ${elsewhere}` } })).status).toBe(401);
    const post = { method: 'POST', headers: { authorization: `Bearer ${elsewhere}` } };
    expect((await fetch(own, post)).status).toBe(405);
  });

  test('a held call and its retry are two calls, each with a receipt of its own decision', async () => {
    const clerk = await connected(connectV1, 'clerk', 'payments');
    const pay = { name: 'pay', arguments: { vendor: 'acme', amount_cents: 8e6, invoice: 'twice' } };
    const held = (await clerk.client.callTool(pay)) as ToolResult;
    const refusal = held._meta?.['dev.countersign/refusal'] as { approvalId: string };
    expect((await world.review(refusal.approvalId, 'reject', 'no')).status).toBe(200);
    await clerk.client.callTool(pay);
    const [first, second] = clerk.ears.take();
    for (const heard of [first, second])
      expect((await keys.open(heard?.receipt ?? '')).call).toBe(heard?.call);
    await clerk.client.close();
  });

  test('`verify receipt` takes the answer, and the header, against the log, and says what it rests on', async () => {
    const call = await echoed();
    const answer = await covered(call, 'worker');
    const file = join(folder, 'answer.json');
    await writeFile(file, JSON.stringify(answer));
    const trust = ['--trust', join(folder, 'trust'), '--json'];
    const byProof = await world.gateway.cli('verify', 'receipt', file, ...trust);
    expect(byProof).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(byProof.stdout)).toMatchObject([
      { verdict: 'kept', keysFrom: 'outside' },
      { verdict: 'kept', keysFrom: 'outside' },
    ]);
    const [decided] = answer.receipts;
    const note = join(folder, 'note');
    await writeFile(note, decided?.receipt ?? '');
    const log = ['--log', world.gateway.dataDir];
    expect(await world.gateway.cli('verify', 'receipt', note, ...log, ...trust)).toMatchObject({ code: 0 });
    const beside = await world.gateway.cli('verify', 'receipt', note, ...log);
    expect(beside.code).toBe(0);
    expect(beside.stdout).toMatch(/kept[^]*prove nothing against whoever holds it/);
    const bare = await world.gateway.cli('verify', 'receipt', note, ...trust);
    expect(bare.code).toBe(2);
    const nobody = await world.gateway.cli('verify', 'receipt', note);
    expect([nobody.code, nobody.stderr]).toEqual([
      2,
      expect.stringContaining('/.well-known/countersign-trust'),
    ]);
  });
});

test('a proof bundle shows it, too: by an entry of its own, or as one of a range that is proven as a whole', async () => {
  const url = `${world.gateway.data}/mcp/fixture`;
  const token = await world.token('worker', '/mcp/fixture');
  const called = async (text: string) => {
    const response = await callModern({ url, token, tool: 'echo', args: { text } });
    await response.text();
    return response.headers.get('countersign-receipt') ?? '';
  };
  const line = await called('before');
  const { index, call } = await keys.open(line);
  const admin = ['--token', world.gateway.adminToken ?? '', '--reason', 'a quarrel'];
  const selections = [
    ['--call', call],
    ['--from', String(index - 1), '--to', String(index + 2)],
  ];
  for (const [at, selection] of selections.entries()) {
    const bundle = join(folder, `bundle-${at}`);
    const exported = await world.gateway.cli('export', ...selection, ...admin, '--out', bundle);
    expect([exported.code, exported.stderr]).toEqual([0, expect.anything()]);
    const check = (receipt: string) =>
      world.gateway.cli('verify', 'receipt', receipt, '--log', bundle, '--trust', join(folder, 'trust'));
    const kept = await check(line);
    expect(kept, kept.stderr).toMatchObject({ code: 0 });
    // It says nothing of what came later, and accuses nobody of it.
    expect(await check(await called('after'))).toMatchObject({ code: 2 });
  }
});

describe('inside the answer, where the server’s manifest says so', () => {
  async function opened(meta: unknown) {
    const lines = meta as Readonly<Record<string, string>>;
    const entries = await Promise.all(
      Object.entries(lines).map(async ([name, line]) => [name, (await keys.open(line)).kind] as const),
    );
    return Object.fromEntries(entries);
  }

  test.each(clients)(
    '%s reads both in a result and at the end of a stream; a refusal has that of the decision',
    async (_name, connect) => {
      const { client, ears } = await connected(connect, 'worker', 'inline');
      const both = { decided: 'decided', completed: 'completed' };
      const echo = (await client.callTool({ name: 'echo', arguments: { text: 'hello' } })) as ToolResult;
      expect(echo.content[0]?.text).toBe('hello');
      expect(await opened(echo._meta?.[META])).toEqual(both);
      const [heard] = ears.take();
      const { receipts } = (await (await receiptsOf(heard?.call ?? '', 'worker')).json()) as Receipts;
      const told = echo._meta?.[META] as { completed: string };
      expect(receipts[1]?.receipt).toBe(Buffer.from(told.completed, 'base64url').toString('utf8'));

      const slow = (await client.callTool({
        name: 'slow',
        arguments: { steps: 2, interval_ms: 1 },
      })) as ToolResult;
      expect(await opened(slow._meta?.[META])).toEqual(both);
      await client.close();
      const clerk = await connected(connect, 'clerk', 'inline');
      const denied = (await clerk.client.callTool({ name: 'echo', arguments: { text: 'x' } })) as ToolResult;
      expect(denied.isError).toBe(true);
      expect(await opened(denied._meta?.[META])).toEqual({ decided: 'decided' });
      await clerk.client.close();
    },
  );

  test('elsewhere answers are the server’s own', async () => {
    const { client } = await connected(connectV1, 'worker', 'fixture');
    const echo = (await client.callTool({ name: 'echo', arguments: { text: 'x' } })) as ToolResult;
    expect(echo._meta?.[META]).toBeUndefined();
    await client.close();
  });
});

test('the log of all this verifies', async () => {
  const { code, stdout } = await world.gateway.cli('verify', '--json');
  expect(code, stdout).toBe(0);
});
