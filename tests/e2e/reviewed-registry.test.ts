// The registry where its changes are reviewed, from outside: whoever changes by what policies decide needs somebody else,
// who sees the calls that it would move; stopping an agent needs nobody (DESIGN section 6, "One source of truth").
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CommandResult, manifest, spawnGateway, writeFiles } from '@countersign/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { apply } from './apply.ts';
import { entriesOf } from './entries.ts';
import type { Message } from './event-reader.ts';
import { callModern } from './modern-call.ts';
import { openPublishers, parsed, type Publishers } from './publisher.ts';
import { startWorld, type World } from './world.ts';

interface Applied {
  readonly changes: readonly { readonly op: string; readonly name: string }[];
  readonly change: string | null;
}

let world: World;
let people: Publishers;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-reviewed-'));
  world = await startWorld({ config: { registry: { review: 'required', group: 'finance' } } });
  people = await openPublishers(world.gateway);
});
afterAll(async () => {
  await people.close();
  await world.close();
  await rm(folder, { recursive: true, force: true });
});

const worker = (change: Readonly<Record<string, unknown>> = {}) =>
  manifest('Agent', 'worker', {
    owner: 'olive',
    team: 'platform',
    purpose: 'the worker of the tests',
    capabilities: ['fixture'],
    risk: 'medium',
    environment: 'production',
    identities: [
      { issuer: 'corp', claim: 'client_id', value: 'worker' },
      { issuer: 'corp', claim: 'act.sub', value: 'worker' },
    ],
    ...change,
  });

async function tryApply(by: string, ...manifests: string[]): Promise<CommandResult> {
  await writeFiles(folder, { 'all.yaml': manifests.join('\n') });
  return people.as(by, 'apply', '-f', folder, '--message', 'the audit asked for it', '--json');
}
const applied = async (...manifests: string[]) => parsed(await tryApply('victor', ...manifests)) as Applied;

/** Calls `echo` as `worker`: `done`, or the reason of the denial. */
async function echo(gateway = world.gateway): Promise<string> {
  const url = `${gateway.data}/mcp/fixture`;
  const token = await world.issuer.mint({ clientId: 'worker', resource: url });
  const response = await callModern({ url, token, tool: 'echo', args: { text: 'x' } });
  const { result, error } = (await response.json()) as Message;
  if (error !== undefined) return String(error.data?.['reason']);
  return result?.isError === true ? (result._meta?.['dev.countersign/refusal']?.['reason'] ?? '') : 'done';
}

test('what moves decisions waits for somebody else, who sees which calls it would move', async () => {
  for (let calls = 0; calls < 3; calls += 1) expect(await echo()).toBe('done');
  const { changes, change } = await applied(
    worker({ capabilities: [] }),
    manifest('Team', 'platform', { description: 'builds' }),
  );
  expect(changes.map(({ op, name }) => `${op} ${name}`)).toEqual(['proposed worker', 'updated platform']);
  expect(await echo()).toBe('done');

  const shown = await people.as('fiona', 'changes', 'show', change ?? '');
  expect(shown.stdout).toContain('updated Agent worker\n  capabilities: ["fixture"] → []');
  expect(shown.stdout).toContain('3 recorded decisions: 3 would come out otherwise');
  expect(shown.stdout).toMatch(/worker +fixture\/echo +allow +deny +3/);
  const own = await people.as('victor', 'changes', 'approve', change ?? '');
  expect([own.code, own.stderr]).toEqual([1, expect.stringContaining('another person')]);

  expect(await people.approve(change ?? '')).toMatchObject({ state: 'applied' });
  expect(await echo()).toBe('no_permit');
  const recorded = await entriesOf(world.gateway, 'registry.changed');
  expect(recorded.slice(-2).map(({ body }) => [body['object'], body['change']])).toEqual([
    ['team', null],
    ['agent', change],
  ]);
});

test('two proposals for one object: the second has to be looked at again', async () => {
  const first = await applied(worker());
  const second = await applied(worker({ risk: 'high' }));
  expect(await people.approve(first.change ?? '')).toMatchObject({ state: 'applied' });
  expect(await echo()).toBe('done');
  expect(await people.approve(second.change ?? '')).toMatchObject({
    state: 'failed',
    reason: expect.stringContaining('since it was proposed') as string,
  });
});

test('a quarantine is in force when the command ends, and only lifting it waits', async () => {
  const pending = await applied(worker({ risk: 'high' }));
  // With the first-start token, whose holder could propose nothing, and with no reason given.
  await apply(world.gateway, worker({ status: 'quarantined' }));
  expect(await echo()).toBe('quarantined');
  expect(await people.approve(pending.change ?? '')).toMatchObject({ state: 'failed' });

  const lifted = await applied(worker({ status: 'active' }));
  expect(await echo()).toBe('quarantined');
  expect(await people.approve(lifted.change ?? '')).toMatchObject({ state: 'applied' });
  expect(await echo()).toBe('done');
});

test('a proposal survives a restart, and the folder of manifests is how a gateway begins', async () => {
  const { change } = await applied(manifest('User', 'nina', { email: 'nina@example.com' }));
  await world.gateway.stop();
  const again = await spawnGateway({ config: world.gateway.config, dataDir: world.gateway.dataDir });
  people.moveTo(again);
  try {
    expect(await echo(again)).toBe('done');
    expect((await again.cli('users', 'list')).stdout).not.toContain('nina');
    expect(await people.approve(change ?? '')).toMatchObject({ state: 'applied' });
    expect((await again.cli('users', 'list')).stdout).toContain('nina');
    expect((await again.cli('verify')).code).toBe(0);
  } finally {
    await again.dispose();
  }
});
