// A candidate beside the set in force: what it would have decided otherwise is on record, it decides nothing, and whatever
// becomes of it, live calls go on (DESIGN section 6).
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Candidate, candidateOf } from './candidate.ts';
import { entriesOf } from './entries.ts';
import { callAs, callModern } from './modern-call.ts';
import { SOON } from './soon.ts';
import { spawnGateway } from '@countersign/testkit';
import { startWorld, type World } from './world.ts';

interface Shadow {
  readonly state: string;
  readonly set: { readonly digest: string } | null;
  readonly counts: { readonly compared: number; readonly differed: number; readonly dropped: number };
  readonly recorded: number;
  readonly groups: readonly {
    readonly agent: string;
    readonly target: string;
    readonly live: string;
    readonly shadow: string;
    readonly count: number;
  }[];
}

let world: World;
let candidate: Candidate;
beforeAll(async () => {
  world = await startWorld();
  candidate = await candidateOf(
    world.setup.policies?.['world.cedar'] ?? '',
    ['action == Action::"fixture/fail"', 'action in [Action::"fixture/fail", Action::"fixture/echo"]'],
    ['context.input.amount_cents > 100000', 'context.input.amount_cents > 10'],
  );
});
afterAll(async () => {
  await candidate.remove();
  await world.close();
});

const echo = () => callAs(world, 'worker', 'fixture', 'echo', { text: 'x' });
const pay = () =>
  callAs(world, 'clerk', 'payments', 'pay', { vendor: 'acme', amount_cents: 500, invoice: 'i' });
const shown = () => world.admin<Shadow>('/policies/shadow');
const cli = (...args: string[]) => world.gateway.cli('policy', 'shadow', ...args);

test('it decides nothing, and every difference is recorded, counted and shown', async () => {
  expect(await cli('set', candidate.folder)).toMatchObject({ code: 0 });
  expect([await echo(), await echo(), await pay()]).toEqual(['done', 'done', 'done']);
  await expect.poll(async () => (await shown()).recorded, SOON).toBe(3);
  const { state, set, counts, groups } = await shown();
  expect([state, counts.compared, counts.differed, counts.dropped]).toEqual(['running', 3, 3, 0]);
  expect(groups).toMatchObject([
    { agent: 'worker', target: 'fixture/echo', live: 'allow', shadow: 'deny', count: 2 },
    { agent: 'clerk', target: 'payments/pay', live: 'allow', shadow: 'hold', count: 1 },
  ]);
  const differed = await entriesOf(world.gateway, 'policy.differed');
  expect(differed.map(({ body }) => [body['set'], body['live'], body['shadow']])).toEqual([
    [set?.digest, 'allow', 'deny'],
    [set?.digest, 'allow', 'deny'],
    [set?.digest, 'allow', 'hold'],
  ]);
  const decided = await entriesOf(world.gateway, 'call.decided');
  expect(differed.map(({ body }) => body['decided'])).toEqual(decided.map(({ index }) => index));
  const { stdout } = await cli('show', '--utc');
  expect(stdout).toMatch(/worker +fixture\/echo +allow +deny +2/);
  expect(await world.gateway.cli('verify')).toMatchObject({ code: 0 });
  expect(await world.gateway.cli('log', 'fsck')).toMatchObject({ code: 0 });
});

test('one that does not validate is refused, and the one before runs on', async () => {
  const before = (await shown()).set?.digest;
  const broken = await candidateOf('permit (principal, action, resource);');
  const { code, stderr } = await cli('set', broken.folder);
  await broken.remove();
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^world\.cedar:1:1: error: /)]);
  expect(await shown()).toMatchObject({ state: 'running', set: { digest: before } });
});

test('it runs on after a restart, with what it found before', async () => {
  const { dataDir } = world.gateway;
  const before = await shown();
  await world.gateway.stop();
  const again = await spawnGateway({ config: world.setup, dataDir });
  const token = world.gateway.adminToken ?? '';
  const headers = { authorization: `Bearer ${token}` };
  const shownAgain = async () =>
    (await (await fetch(`${again.admin}/api/v1/policies/shadow`, { headers })).json()) as Shadow;
  await expect.poll(async () => (await shownAgain()).state, SOON).toBe('running');
  expect(await shownAgain()).toMatchObject({ set: before.set, recorded: 3, counts: { compared: 0 } });

  const url = `${again.data}/mcp/fixture`;
  const bearer = await world.issuer.mint({ clientId: 'worker', resource: url });
  await (await callModern({ url, token: bearer, tool: 'echo', args: { text: 'x' } })).text();
  await expect.poll(async () => (await shownAgain()).recorded, SOON).toBe(4);

  expect(await again.cli('policy', 'shadow', 'clear')).toMatchObject({ code: 0 });
  expect(await shownAgain()).toMatchObject({ state: 'off', set: null, recorded: 0 });
  const ended = (await entriesOf(again, 'policy.shadowed')).at(-1);
  expect(ended?.body).toEqual({ set: null, previous: before.set?.digest });
  await again.dispose();
});
