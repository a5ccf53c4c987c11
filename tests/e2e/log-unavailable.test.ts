// No record, no call: while the log cannot be written nothing is forwarded, and a result whose outcome could not be
// recorded is withheld (ARCHITECTURE.md). The upstream's own count is the oracle.
import { statSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { type Gateway, manifest, spawnGateway, answers } from '@countersign/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { tryApply } from './apply.ts';
import { entriesOf } from './entries.ts';
import { eventsOf, type Message } from './event-reader.ts';
import { type FullDisk, fillDisk } from './full-disk.ts';
import { policyFiles } from './policy-files.ts';
import { type CallRow, type RawWorld, startRawWorld } from './raw-world.ts';
import { SOON } from './soon.ts';

let world: RawWorld;
beforeEach(async () => {
  world = await startRawWorld();
  await (await world.call()).text();
});
afterEach(async () => {
  await world.close();
});

/** Fills the disk, once the log is larger than what a full disk leaves. */
async function full(): Promise<FullDisk> {
  expect(statSync(join(world.gateway.dataDir, 'countersign.db-wal')).size).toBeGreaterThan(64 * 1024);
  return fillDisk(world.gateway.pid);
}
const ready = async (gateway: Gateway = world.gateway) =>
  (await fetch(`${gateway.admin}/health/ready`)).status;
const live = async () => (await fetch(`${world.gateway.admin}/health/live`)).status;

describe('a log that cannot take a decision', () => {
  test('is answered 503, forwards nothing, and is served again by itself once there is room', async () => {
    const disk = await full();
    const before = world.received();
    for (let i = 0; i < 3; i += 1) {
      const response = await world.call();
      expect(response.status).toBe(503);
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
      const { id, error } = (await response.json()) as Message;
      expect([id, error?.code]).toEqual([1, -31503]);
      expect(error?.message).not.toMatch(/SQLITE|countersign\.db/);
    }
    expect(world.received()).toBe(before);
    expect([await ready(), await live()]).toEqual([503, 200]);

    await disk.free();
    await expect.poll(() => ready(), SOON).toBe(200);
    expect((await world.call()).status).toBe(200);
    expect(world.received()).toBe(before + 1);
    const { code, stdout } = await world.gateway.cli('verify', '--json');
    expect(code, stdout).toBe(0);
  });

  test('refuses every kind of call, known or not, listed or aggregated', async () => {
    const disk = await full();
    const before = world.upstream.requests.length;
    expect((await world.call()).status).toBe(503);
    const clientInfo = { name: 't', version: '1' };
    const initialize = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo };
    for (const message of [
      { id: 1, method: 'initialize', params: initialize },
      { id: 2, method: 'tools/list' },
      { id: 3, method: 'ping' },
      { id: 4, method: 'resources/read', params: { uri: 'x://y' } },
      { method: 'notifications/initialized' },
    ])
      expect((await world.post(message)).status).toBe(503);
    const stranger = await world.issuer.mint({ clientId: 'stranger', resource: world.url });
    const headers = { authorization: `Bearer ${stranger}` };
    expect((await world.post({ id: 5, method: 'ping' }, { headers })).status).toBe(503);
    expect(world.upstream.requests.length).toBe(before);
    await disk.free();
  });

  test('takes no change of the registry either: nothing is in force that is not on record', async () => {
    const disk = await full();
    const team = manifest('Team', 'late', {});
    const refused = await tryApply(world.gateway, team);
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toMatch(/audit log cannot be written, so nothing was changed/);
    await disk.free();
    await expect.poll(() => ready(), SOON).toBe(200);
    const before = (await entriesOf(world.gateway, 'registry.changed')).length;
    expect((await tryApply(world.gateway, team)).code).toBe(0);
    expect(await entriesOf(world.gateway, 'registry.changed')).toHaveLength(before + 1);
  });
});

test('a policy that cannot be recorded is not in force, and the API says so, until it can be', async () => {
  const policies = policyFiles(world.gateway, world.gateway.adminToken ?? '');
  const { active: before } = await policies.view();
  const disk = await full();
  const text = '@id("stop")\nforbid (principal, action == Action::"raw/call", resource);\n';
  await policies.write('stop.cedar', text);
  await expect.poll(async () => (await policies.view()).degraded, SOON).toBe(true);
  expect((await policies.view()).active).toEqual(before);
  await disk.free();
  await expect.poll(async () => (await policies.view()).degraded, SOON).toBe(false);
  const { result } = (await (await world.call()).json()) as Message;
  expect(result?._meta?.['dev.countersign/refusal']).toMatchObject({ reason: 'forbidden' });
});

describe('a log that cannot take an outcome', () => {
  /** A call that the upstream has taken and not answered. */
  async function inFlight() {
    const asked = Promise.withResolvers<ServerResponse>();
    world.upstream.answerWith((response) => asked.resolve(response));
    const answered = world.call();
    return { upstream: await asked.promise, answered };
  }
  const result = {
    jsonrpc: '2.0',
    id: 1,
    result: { content: [{ type: 'text', text: 'the secret result' }] },
  };

  /** What the next start makes of it. */
  async function restarted<T>(look: (gateway: Gateway, calls: CallRow[]) => Promise<T>): Promise<T> {
    const { config, dataDir, adminToken } = world.gateway;
    await world.gateway.stop();
    const gateway = await spawnGateway({ config, dataDir });
    const headers = { authorization: `Bearer ${adminToken}` };
    const response = await fetch(`${gateway.admin}/api/v1/calls?limit=1`, { headers });
    try {
      return await look(gateway, ((await response.json()) as { calls: CallRow[] }).calls);
    } finally {
      await gateway.stop();
    }
  }

  test('withholds the result, leaves service for good, and has the outcome after a restart', async () => {
    const { upstream, answered } = await inFlight();
    const disk = await full();
    upstream.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result));
    const response = await answered;
    const text = await response.text();
    expect(response.status).toBe(500);
    expect(text).not.toContain('secret');
    const { error } = JSON.parse(text) as Message;
    expect(error?.code).toBe(-31500);
    expect(error?.message).toMatch(/was carried out.*do not retry/);

    await disk.free();
    const before = world.received();
    expect((await world.call()).status).toBe(503);
    expect([await ready(), await live()]).toEqual([503, 200]);
    expect(world.received()).toBe(before);
    expect(world.gateway.stderr()).toMatch(/out of service/);

    await restarted(async (gateway, [call]) => {
      expect(call).toMatchObject({ decision: 'allow', state: 'completed', outcome: 'ok' });
      expect(await ready(gateway)).toBe(200);
      expect(await entriesOf(gateway, 'call.unknown')).toEqual([]);
      const { code, stdout } = await gateway.cli('verify', '--json');
      expect(code, stdout).toBe(0);
    });
  });

  test('breaks a stream off before the event that carries the result', async () => {
    const { upstream, answered } = await inFlight();
    upstream.writeHead(200, { 'content-type': 'text/event-stream' });
    const note = { jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 'x' } };
    upstream.write(`event: message\ndata: ${JSON.stringify(note)}\n\n`);
    const events = eventsOf(await answered);
    expect(await events.next()).toMatchObject({ method: 'notifications/message' });
    const disk = await full();
    upstream.end(`event: message\ndata: ${JSON.stringify(result)}\n\n`);
    await expect(events.next()).rejects.toThrow(/terminated/);
    await disk.free();
    expect(await ready()).toBe(503);
    await restarted(async (_gateway, [call]) => {
      expect(call).toMatchObject({ state: 'completed', outcome: 'ok' });
    });
  });

  test('does not make a failed upstream look harmless: the caller learns that nothing is known', async () => {
    const { upstream, answered } = await inFlight();
    const disk = await full();
    answers.resetMidBody(upstream);
    const response = await answered;
    expect(response.status).toBe(500);
    expect(((await response.json()) as Message).error?.code).toBe(-31500);
    await disk.free();
    expect(await ready()).toBe(503);
  });
});
