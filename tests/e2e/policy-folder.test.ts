// A folder of policies in front of a running gateway: what is saved there is in force a moment later, what does not
// validate never is, and nobody has to guess which of the two happened (DESIGN section 6).
import { rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type Gateway,
  manifest,
  type RunningProcess,
  spawnGateway,
  startMcpServer,
} from '@countersign/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { apply } from './apply.ts';
import { entriesOf } from './entries.ts';
import type { Message } from './event-reader.ts';
import { callModern } from './modern-call.ts';
import { type PolicyFiles, policyFiles } from './policy-files.ts';
import { SOON } from './soon.ts';
import { startWorld, type World } from './world.ts';

/** Read last, so that a quarrel with another file is told of this one. */
const MORE = 'zz-more.cedar';

let world: World;
let policies: PolicyFiles;
beforeAll(async () => {
  world = await startWorld();
  policies = policyFiles(world.gateway, world.gateway.adminToken ?? '');
});
afterAll(async () => {
  await world.close();
});
afterEach(async () => {
  await policies.publish(MORE, '');
});

/** Calls `echo` as `worker`: `done`, or the reason of the denial. */
async function echo(gateway: Gateway = world.gateway, server = 'fixture'): Promise<string> {
  const url = `${gateway.data}/mcp/${server}`;
  const token = await world.issuer.mint({ clientId: 'worker', resource: url });
  const response = await callModern({ url, token, tool: 'echo', args: { text: 'x' } });
  const { result, error } = (await response.json()) as Message;
  if (error !== undefined) return String(error.data?.['reason']);
  return result?.isError === true ? (result._meta?.['dev.countersign/refusal']?.['reason'] ?? '') : 'done';
}
const ready = async () => (await fetch(`${world.gateway.admin}/health/ready`)).status;
const refusals = async () => (await entriesOf(world.gateway, 'policy.refused')).length;

/** Writes a set that must not go live; what the API says of it. */
async function refused(text: string) {
  await policies.write(MORE, text);
  await expect.poll(async () => (await policies.view()).degraded, SOON).toBe(true);
  const { refused: refusal } = await policies.view();
  const [first] = refusal?.diagnostics ?? [];
  if (first === undefined) throw new Error('refused without saying why');
  return first;
}

const CLOSED = '@id("closed-today")\nforbid (principal, action == Action::"fixture/echo", resource);\n';

test('what is saved is in force without a restart, and recorded with what was in force before', async () => {
  expect(await echo()).toBe('done');
  const before = (await policies.view()).active?.digest;
  await policies.publish(MORE, CLOSED);
  expect(await echo()).toBe('forbidden');
  const { active, refused: refusal, degraded } = await policies.view();
  expect([refusal, degraded]).toEqual([null, false]);
  const activated = (await entriesOf(world.gateway, 'policy.activated')).at(-1);
  expect(activated?.body).toMatchObject({ set: active?.digest, previous: before });
  await policies.publish(MORE, '');
  expect(await echo()).toBe('done');
});

describe('a set that does not validate', () => {
  test('leaves the old one in force, says file, line and column, is recorded once, and is forgotten once it is fixed', async () => {
    const before = await policies.view();
    const recorded = await refusals();
    expect(await refused('\n  @id("broken")\nforbid (principal action, resource);\n')).toMatchObject({
      severity: 'error',
      file: MORE,
      line: 3,
    });
    expect(await policies.view()).toMatchObject({ active: before.active, degraded: true });
    expect(await echo()).toBe('done');
    // It serves, with the set it has: it is not for a load balancer to punish a typing error.
    expect(await ready()).toBe(200);
    const at = (await policies.view()).refused?.at;
    await policies.write('unrelated.cedar', '// looked at again\n');
    await expect.poll(async () => (await policies.view()).refused?.at, SOON).not.toBe(at);
    expect(await refusals()).toBe(recorded + 1);

    await policies.publish(MORE, CLOSED);
    expect(await policies.view()).toMatchObject({ refused: null, degraded: false });
    expect(await echo()).toBe('forbidden');
  });

  test.each([
    [
      'an unknown annotation',
      '@id("a")\n@mystery("x")\npermit (principal, action, resource);',
      2,
      /unknown annotation `@mystery`/,
    ],
    [
      'an annotation of guards on a permit',
      '@id("a")\n@approve("finance")\npermit (principal, action, resource);',
      2,
      /`@approve` belongs on a forbid/,
    ],
    ['no id', '\npermit (principal, action, resource);', 2, /no `@id`/],
    [
      'an id that another policy has',
      '@id("nobody-fails")\npermit (principal, action, resource);',
      1,
      /nobody-fails/,
    ],
    [
      'a group that nobody registered',
      '@id("a")\n@approve("ghosts")\nforbid (principal, action, resource);',
      2,
      /`ghosts` is not a registered group/,
    ],
    [
      'a tool that does not exist',
      '@id("a")\npermit (principal, action == Action::"fixture/nope", resource);',
      2,
      /fixture\/nope/,
    ],
    [
      'an argument that the tool does not have',
      '@id("a")\npermit (principal, action == Action::"fixture/echo", resource)\nwhen { context.input.nope == "x" };',
      3,
      /nope/,
    ],
    [
      'an argument of another type',
      '@id("a")\npermit (principal, action == Action::"fixture/echo", resource)\nwhen { context.input.text == 7 };',
      3,
      /./,
    ],
    [
      'an attribute that agents do not have',
      '@id("a")\npermit (principal is Agent, action, resource)\nwhen { principal.salary > 7 };',
      3,
      /salary/,
    ],
    [
      'two hundred parentheses',
      `@id("a")\npermit (principal, action, resource)\nwhen { ${'('.repeat(200)}true${')'.repeat(200)} };`,
      3,
      /./,
    ],
  ])('%s: refused, with its place', async (_what, text, line, message) => {
    const before = (await policies.view()).active?.digest;
    const diagnostic = await refused(text);
    expect(diagnostic).toMatchObject({ severity: 'error', file: MORE });
    expect(diagnostic.message).toMatch(message);
    expect(diagnostic.line).toBe(line);
    expect((await policies.view()).active?.digest).toBe(before);
    expect(await echo()).toBe('done');
  });

  test('a file that is not text leaves the old one in force, and says so', async () => {
    const folder = join(dirname(world.gateway.config), 'policies');
    await writeFile(join(folder, MORE), Buffer.from([0x40, 0xff, 0xfe]));
    await expect.poll(async () => (await policies.view()).degraded, SOON).toBe(true);
    const { refused: refusal } = await policies.view();
    expect(refusal?.diagnostics[0]).toMatchObject({
      file: MORE,
      message: expect.stringMatching(/not UTF-8/),
    });
    expect(await echo()).toBe('done');
  });

  test('a folder that cannot be read leaves the old one in force, and says so', async () => {
    const folder = join(dirname(world.gateway.config), 'policies');
    await rename(folder, `${folder}.away`);
    await writeFile(join(`${folder}.away`, 'poke.txt'), '');
    await expect.poll(async () => (await policies.view()).degraded, SOON).toBe(true);
    expect((await policies.view()).refused?.diagnostics[0]?.message).toMatch(/cannot be read/);
    expect(await echo()).toBe('done');
    await rename(`${folder}.away`, folder);
    await expect.poll(async () => (await policies.view()).degraded, SOON).toBe(false);
  });
});

test('what is no policy file is not looked at', async () => {
  await policies.write('notes.txt', 'not cedar');
  await policies.write('.more.cedar.swp', 'not cedar');
  await policies.publish(MORE, CLOSED);
  expect(await policies.view()).toMatchObject({ refused: null, degraded: false });
});

describe('a policy for a server that is not there yet', () => {
  let late: RunningProcess;
  beforeAll(async () => {
    late = await startMcpServer('fixture');
  });
  afterAll(() => late.stop());

  test('is refused until it is registered, and then in force by itself', async () => {
    const text = '@id("late")\nforbid (principal, action == Action::"late/echo", resource);\n';
    expect((await refused(text)).message).toMatch(/late\/echo/);
    const spec = { url: late.url, team: 'platform', environment: 'production', risk: 'low' };
    await apply(world.gateway, manifest('MCPServer', 'late', spec));
    await expect.poll(async () => (await policies.view()).degraded, SOON).toBe(false);
    expect(await echo(world.gateway, 'late')).toBe('forbidden');
    expect(await echo()).toBe('done');
  });
});

test('the last policy taken away denies everything (K1)', async () => {
  const { manifests } = world.setup;
  const gateway = await spawnGateway({
    config: { manifests, policies: { 'all.cedar': '@id("all")\npermit (principal, action, resource);' } },
  });
  const own = policyFiles(gateway, gateway.adminToken ?? '');
  expect(await echo(gateway)).toBe('done');
  await own.remove('all.cedar');
  await expect.poll(async () => (await own.view()).active?.sources, SOON).toEqual([]);
  expect(await echo(gateway)).toBe('no_permit');
  await gateway.dispose();
});

test('a gateway that starts on a broken folder serves with the set of before, and says so', async () => {
  const { manifests } = world.setup;
  const config = {
    manifests,
    policies: { 'all.cedar': '@id("all")\npermit (principal, action, resource);' },
  };
  const first = await spawnGateway({ config });
  const own = policyFiles(first, first.adminToken ?? '');
  const before = (await own.view()).active;
  await first.stop();
  await own.write('all.cedar', 'permit (');
  const second = await spawnGateway({ config: first.config, dataDir: first.dataDir });
  const after = policyFiles(second, first.adminToken ?? '');
  expect(await after.view()).toMatchObject({ active: before, degraded: true });
  expect(second.stderr()).toMatch(/all\.cedar:1:\d+/);
  expect(await echo(second)).toBe('done');
  expect(await entriesOf(second, 'policy.activated')).toHaveLength(1);
  await second.stop();
  await first.dispose();
});

test('a gateway that never had a valid set denies everything', async () => {
  const { manifests } = world.setup;
  const gateway = await spawnGateway({ config: { manifests, policies: { 'a.cedar': 'permit (' } } });
  const own = policyFiles(gateway, gateway.adminToken ?? '');
  expect(await own.view()).toMatchObject({ active: null, degraded: true });
  expect(await echo(gateway)).toMatch(/policy_unavailable|no_permit/);
  await own.publish('a.cedar', '@id("all")\npermit (principal, action, resource);');
  expect(await echo(gateway)).toBe('done');
  await gateway.dispose();
});
