import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Client as V1Client } from '@modelcontextprotocol/sdk/client/index.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { readLedger } from '../ledger.ts';
import { connectV1, connectV2 } from '../official-clients.ts';
import { type RunningProcess, stopAll } from '../process.ts';
import { startEverythingServer, startMcpServer } from './start.ts';

const eras = {
  'the v1 client': (url: string) => connectV1(url),
  'the v2 client in the legacy era': (url: string) => connectV2(url),
  'the v2 client in the 2026-07-28 era': (url: string) => connectV2(url, { era: '2026-07-28' }),
} as const;

let folder: string;
let fixture: RunningProcess;
let payments: RunningProcess;
let crm: RunningProcess;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'testkit-'));
  [fixture, payments, crm] = await Promise.all([
    startMcpServer('fixture'),
    startMcpServer('payments', { ledger: join(folder, 'payments.jsonl') }),
    startMcpServer('crm'),
  ]);
}, 60_000);
afterAll(async () => {
  await stopAll([fixture, payments, crm]);
  await rm(folder, { recursive: true });
});

describe.each(Object.entries(eras))('the example servers answer %s', (_name, connect) => {
  it('with tools that echo, fail, and speak of progress', async () => {
    const client = await connect(fixture.url);
    const names = (await client.listTools()).tools.map((tool) => tool.name);
    expect(names).toEqual(
      expect.arrayContaining(['echo', 'slow', 'fail', 'protocol_error', 'big', 'headers']),
    );
    expect(await client.callTool({ name: 'echo', arguments: { text: 'hi' } })).toMatchObject({
      content: [{ type: 'text', text: 'hi' }],
    });
    expect(await client.callTool({ name: 'fail', arguments: {} })).toMatchObject({ isError: true });
    await expect(client.callTool({ name: 'protocol_error', arguments: {} })).rejects.toThrow(
      /tools\/call result/,
    );
    const steps: number[] = [];
    const onprogress = ({ progress }: { progress: number }): void => {
      steps.push(progress);
    };
    const params = { name: 'slow', arguments: { steps: 3, interval_ms: 1 } };
    const result = await (client instanceof V1Client
      ? client.callTool(params, undefined, { onprogress })
      : client.callTool(params, { onprogress }));
    expect(result).toMatchObject({ structuredContent: { steps: 3 } });
    expect(steps).toEqual([1, 2, 3]);
    await client.close();
  });

  it('with records, a prompt and resources', async () => {
    const client = await connect(crm.url);
    expect(
      await client.callTool({ name: 'list_accounts', arguments: { incident: 'INC-4711' } }),
    ).toMatchObject({
      structuredContent: { accounts: [{ id: 'cus_1001' }, { id: 'cus_1003' }] },
    });
    expect(
      await client.callTool({ name: 'get_customer', arguments: { customer_id: 'nobody' } }),
    ).toMatchObject({
      isError: true,
    });
    const prompt = await client.getPrompt({
      name: 'summarize_account',
      arguments: { customer_id: 'cus_1002' },
    });
    expect(JSON.stringify(prompt)).toContain('Contoso Foods');
    expect(await client.readResource({ uri: 'crm://handbook' })).toMatchObject({
      contents: [{ text: expect.stringContaining('four hours') as unknown }],
    });
    await expect(client.readResource({ uri: 'crm://accounts/none' })).rejects.toThrow(/not found/i);
    await client.close();
  });

  it('with payments that leave a durable line each', async () => {
    const before = readLedger(String(payments.ready['ledger'])).length;
    const client = await connect(payments.url);
    const order = { vendor: 'acme', amount_cents: 1250, invoice: 'INV-1' };
    await client.callTool({ name: 'pay', arguments: order });
    await client.callTool({ name: 'pay', arguments: order });
    expect(readLedger(String(payments.ready['ledger'])).slice(before)).toMatchObject([order, order]);
    expect(await client.callTool({ name: 'pay', arguments: { ...order, amount_cents: 0.5 } })).toMatchObject({
      isError: true,
    });
    await client.close();
  });
});

describe('the fixture server', () => {
  it('tells its clients that a tool came and went', async () => {
    const client = await connectV2(fixture.url);
    const told = Promise.withResolvers<void>();
    client.setNotificationHandler('notifications/tools/list_changed', () => told.resolve());
    await client.callTool({ name: 'change_tools', arguments: { extra: 'present' } });
    const next = await connectV2(fixture.url, { era: '2026-07-28' });
    expect((await next.listTools()).tools.map((tool) => tool.name)).toContain('extra');
    await next.callTool({ name: 'change_tools', arguments: { extra: 'absent' } });
    await told.promise;
    await next.close();
    await client.close();
  });

  it('waits as long as it is told to', async () => {
    const slow = await startMcpServer('fixture', { latencyMs: 150 });
    const client = await connectV2(slow.url, { era: '2026-07-28' });
    const timedOut = client.callTool({ name: 'echo', arguments: { text: 'hi' } }, { timeout: 50 });
    await expect(timedOut).rejects.toThrow(/timed out/i);
    await client.close();
    await slow.stop();
  });

  it('refuses a session that it does not know, so that the client starts a new one', async () => {
    const response = await fetch(fixture.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'mcp-session-id': 'unknown' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
    });
    expect(response.status).toBe(404);
  });
});

describe('a server that is told to', () => {
  it('shows which headers reached it', async () => {
    const client = await connectV2(fixture.url, {
      era: '2026-07-28',
      token: 'abc',
      headers: { 'Countersign-Call-Token': 'def' },
    });
    expect(await client.callTool({ name: 'headers', arguments: {} })).toMatchObject({
      structuredContent: { headers: { authorization: 'Bearer abc', 'countersign-call-token': 'def' } },
    });
    await client.close();
  });
});

describe('the everything server', () => {
  it('runs as published, on the loopback interface only, and answers the v1 client', async () => {
    const everything = await startEverythingServer();
    expect(everything.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/mcp$/);
    const client = await connectV1(everything.url);
    expect(await client.callTool({ name: 'echo', arguments: { message: 'hi' } })).toMatchObject({
      content: [{ text: expect.stringContaining('hi') as unknown }],
    });
    await client.close();
    await everything.stop();
  });
});
