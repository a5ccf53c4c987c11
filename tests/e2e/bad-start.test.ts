// A gateway starts with all of its configuration or not at all: what is wrong is named by key and value, with the fix, and
// nothing listens (DESIGN section 10).
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type GatewaySetup, manifest, spawnGateway, writeSetup } from '@countersign/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const GOOD: GatewaySetup = {
  manifests: {
    'all.yaml': [
      manifest('Team', 'platform', {}),
      manifest('User', 'olive', { email: 'olive@example.com' }),
    ].join('\n'),
  },
  policies: { 'all.cedar': '@id("all")\npermit (principal, action, resource);' },
};
const place = { team: 'platform', environment: 'production', risk: 'low' };
const worker = { ...place, owner: 'olive', purpose: 'tests', capabilities: [], identities: [] };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-bad-start-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** What a gateway that refuses to start says. */
async function refusal(setup: GatewaySetup, env: Readonly<Record<string, string>> = {}): Promise<string> {
  try {
    const gateway = await spawnGateway({ config: setup, env, readyTimeoutMs: 15_000 });
    await gateway.dispose();
  } catch (error) {
    return (error as Error).message;
  }
  return 'it started';
}
const withConfig = (config: GatewaySetup['config']): GatewaySetup => ({ ...GOOD, config: config ?? {} });
const withManifest = (text: string): GatewaySetup => ({
  ...GOOD,
  manifests: { ...GOOD.manifests, 'zz.yaml': text },
});

describe('the configuration', () => {
  const wrong: Record<string, [GatewaySetup, RegExp[]]> = {
    'an unknown key': [withConfig({ hold: { maxSecond: 3 } }), [/countersign\.yaml:\d+/, /hold\.maxSecond/]],
    'a value out of range': [
      withConfig({ hold: { maxSeconds: 99_999 } }),
      [/countersign\.yaml:\d+/, /hold\.maxSeconds/, /99999/, /3600/],
    ],
    'a value of the wrong type': [
      withConfig({ limits: { bodyBytes: 'a lot' } }),
      [/limits\.bodyBytes/, /`a lot`/],
    ],
    'an address of every interface without a public one': [
      withConfig({ dataPlane: { host: '0.0.0.0', port: 0 } }),
      [/dataPlane\.publicUrl/, /https:\/\//],
    ],
    'a folder of manifests that is not there': [
      withConfig({ manifests: './nowhere' }),
      [/manifests/, /nowhere/],
    ],
    'a folder of policies that is not there': [
      withConfig({ policies: './nowhere' }),
      [/policies/, /nowhere/],
    ],
  };
  test.each(Object.entries(wrong))('%s', async (_what, [setup, said]) => {
    const told = await refusal(setup);
    for (const part of said) expect(told).toMatch(part);
    expect(told).toMatch(/ended \(code 2\) before it was ready/);
    expect(told).not.toMatch(/\n {4}at /);
  });
});

describe('the manifests', () => {
  const wrong: Record<string, [string, RegExp[]]> = {
    'an agent without an owner (I2)': [
      manifest('Agent', 'x', { ...worker, owner: undefined }),
      [/zz\.yaml/, /spec\.owner/],
    ],
    'an agent that a team owns (I2)': [
      manifest('Agent', 'x', { ...worker, owner: 'platform' }),
      [/zz\.yaml/, /spec\.owner/, /`platform`/],
    ],
    'a server whose credential is not in the environment': [
      manifest('MCPServer', 'x', {
        ...place,
        url: 'http://127.0.0.1:1/mcp',
        credential: { kind: 'bearer', env: 'NO_SUCH_SECRET' },
      }),
      [/zz\.yaml/, /NO_SUCH_SECRET/],
    ],
    'what is no YAML': ['{ not yaml', [/zz\.yaml:\d+/]],
    'a repeated key': [
      'apiVersion: countersign.dev/v1alpha1\nkind: Team\nkind: User\nmetadata: { name: x }\n',
      [/zz\.yaml:3/, /unique/],
    ],
  };
  test.each(Object.entries(wrong))('%s', async (_what, [text, said]) => {
    const told = await refusal(withManifest(text));
    for (const part of said) expect(told).toMatch(part);
    expect(told).toMatch(/ended \(code 2\) before it was ready/);
    expect(told).not.toMatch(/\n {4}at /);
  });

  test('every problem is told at once', async () => {
    const told = await refusal(
      withManifest(manifest('Agent', 'x', { ...worker, owner: 'ghost', team: 'nowhere', risk: 'huge' })),
    );
    expect(told).toMatch(/huge/);
    const twice = await refusal(
      withManifest(manifest('Agent', 'x', { ...worker, owner: 'ghost', team: 'nowhere' })),
    );
    for (const part of [/`ghost`/, /`nowhere`/]) expect(twice).toMatch(part);
  });
});

test('an address that the machine does not have', async () => {
  const told = await refusal(withConfig({ adminPlane: { host: '192.0.2.1', port: 0 } }));
  expect(told).toMatch(/cannot listen on 192\.0\.2\.1:0: this machine has no such address: choose one/);
  expect(told).not.toMatch(/\n {4}at /);
});

test('a port that is taken', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as { port: number };
  const told = await refusal(withConfig({ dataPlane: { port } }));
  expect(told).toMatch(new RegExp(`127\\.0\\.0\\.1:${port}`));
  expect(told).toMatch(/another process listens there/);
  expect(told).toMatch(/ended \(code 2\)/);
  expect(told).not.toMatch(/\n {4}at /);
  taken.close();
});

test('a data folder that another gateway uses', async () => {
  const config = await writeSetup(folder, GOOD);
  const first = await spawnGateway({ config });
  const second = spawnGateway({ config, dataDir: first.dataDir });
  await expect(second).rejects.toThrow(/another process/);
  expect((await fetch(`${first.admin}/health/ready`)).status).toBe(200);
  await first.dispose();
});
