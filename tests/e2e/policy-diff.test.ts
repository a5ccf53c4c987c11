// What a candidate would change, before it goes live: real calls through a real gateway, held, approved and refused, are
// decided again by it; and a made-up call is, without being made (DESIGN section 6).
import { readLedger } from '@countersign/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Candidate, candidateOf } from './candidate.ts';
import { type Desk, openDesk } from './desk.ts';
import { entriesOf } from './entries.ts';
import { callAs } from './modern-call.ts';
import { startWorld, type World } from './world.ts';

interface Diff {
  readonly candidate: { readonly digest: string } | null;
  readonly changes: readonly { readonly name: string; readonly change: string; readonly diff: string }[];
  readonly replay: {
    readonly decisions: number;
    readonly unchanged: number;
    readonly changed: number;
    readonly notReplayed: Readonly<Record<string, number>>;
    readonly groups: readonly {
      readonly agent: string;
      readonly target: string;
      readonly from: string;
      readonly to: string;
      readonly count: number;
      readonly calls: readonly string[];
    }[];
  } | null;
}

let world: World;
let desk: Desk;
let candidate: Candidate;
const candidates: Candidate[] = [];
let outcomes: string[];

beforeAll(async () => {
  world = await startWorld();
  desk = openDesk(world.gateway, world.gateway.adminToken ?? '');
  candidate = await changed(
    // Payments up to a tenth of before; no approvals; unknown vendors; no more echoes.
    ['context.input.amount_cents > 100000', 'context.input.amount_cents > 10000'],
    ['@approve("finance")\n@expires("10m")\n@reason("required")\n', ''],
    [
      'unless { ["acme", "globex"].contains(context.input.vendor) }',
      'unless { context.input.vendor != "evil" }',
    ],
    ['action == Action::"fixture/fail"', 'action in [Action::"fixture/fail", Action::"fixture/echo"]'],
  );

  outcomes = [
    await echo('worker'),
    await echo('stranger'),
    await pay('small', 5_000),
    await pay('middling', 50_000),
    await pay('vendor', 5_000, 'initech'),
    await pay('large', 500_000),
  ];
  const held = await desk.pending('"large"');
  await desk.review(held.id, 'approve', 'fiona');
  outcomes.push(await pay('large', 500_000));
});
afterAll(async () => {
  for (const each of candidates) await each.remove();
  await world.close();
});

async function changed(...replacements: Parameters<typeof candidateOf>[1][]): Promise<Candidate> {
  const made = await candidateOf(world.setup.policies?.['world.cedar'] ?? '', ...replacements);
  candidates.push(made);
  return made;
}

const echo = (agent: string) => callAs(world, agent, 'fixture', 'echo', { text: 'x' });
const pay = (invoice: string, amount_cents: number, vendor = 'acme') =>
  callAs(world, 'clerk', 'payments', 'pay', { vendor, amount_cents, invoice });

async function diff(folder: string, ...options: string[]): Promise<Diff> {
  const { code, stdout, stderr } = await world.gateway.cli('policy', 'diff', folder, '--json', ...options);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as Diff;
}

describe('a candidate against what was recorded', () => {
  test('every call whose outcome would change, by agent and target; what was never asked of policy is counted', async () => {
    expect(outcomes).toEqual(['done', 'refused', 'done', 'done', 'refused', 'refused', 'done']);
    const { changes, replay } = await diff(candidate.folder);
    expect(changes.map(({ name, change }) => [name, change])).toEqual([
      ['known-vendors-only', 'changed'],
      ['large-payments-need-finance', 'changed'],
      ['nobody-fails', 'changed'],
    ]);
    expect(changes[1]?.diff).toContain('-@approve("finance")');
    const groups = replay?.groups.map(({ agent, target, from, to, count }) => [
      agent,
      target,
      from,
      to,
      count,
    ]);
    expect(groups?.toSorted()).toEqual([
      ['clerk', 'payments/pay', 'allow', 'deny', 2],
      ['clerk', 'payments/pay', 'deny', 'allow', 1],
      ['clerk', 'payments/pay', 'hold', 'deny', 1],
      ['worker', 'fixture/echo', 'allow', 'deny', 1],
    ]);
    expect(replay).toMatchObject({ unchanged: 1, changed: 5, notReplayed: { refused_before_policy: 1 } });
  });

  test('the same set changes nothing, and a call that redeemed a grant keeps it', async () => {
    const same = await changed();
    const { changes, replay } = await diff(same.folder);
    expect(changes).toEqual([]);
    expect(replay).toMatchObject({ changed: 0, unchanged: 6, groups: [] });
  });

  test('without the guard, held calls would have gone through', async () => {
    const open = await changed([
      'context.input.amount_cents > 100000',
      'context.input.amount_cents > 900000',
    ]);
    const { replay } = await diff(open.folder);
    expect(replay?.groups).toMatchObject([{ agent: 'clerk', from: 'hold', to: 'allow', count: 1 }]);
  });

  test('the gateway and the data folder say the same', async () => {
    expect(await diff(candidate.folder, '--offline')).toEqual(await diff(candidate.folder));
    expect((await diff(candidate.folder, '--last', '1')).replay?.decisions).toBe(1);
    expect((await diff(candidate.folder, '--last', '1', '--offline')).replay?.decisions).toBe(1);
  });

  test('for people: the policies as a difference, the calls as a table, and both sentences', async () => {
    const { code, stdout } = await world.gateway.cli('policy', 'diff', candidate.folder, '--utc');
    expect(code).toBe(0);
    expect(stdout).toContain('changed policy nobody-fails (world.cedar)');
    expect(stdout).toMatch(/worker +fixture\/echo +allow +deny +1/);
    expect(stdout).toMatch(/was: Agent worker .* permitted by policy workers-use-the-fixture\./);
    expect(stdout).toMatch(/now: Agent worker .* denied by policy nobody-fails\./);
  });

  test('one that does not validate says where, and changes nothing in force', async () => {
    const broken = await changed(['context.input.amount_cents > 100000', 'context.input.amount > 1']);
    const { code, stdout } = await world.gateway.cli('policy', 'diff', broken.folder);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^world\.cedar:\d+:\d+: error: .*amount/);
    expect(await echo('worker')).toBe('done');
  });
});

const LARGE = '{"vendor":"acme","amount_cents":500000,"invoice":"x"}';

test('a made-up call is decided like a real one, by the candidate and by what is in force, and never made', async () => {
  const before = readLedger(world.ledger).length;
  const decided = (await entriesOf(world.gateway, 'call.decided')).length;
  const made = ['--agent', 'clerk', '--tool', 'payments/pay', '--input', LARGE];
  const simulate = (...folder: string[]) => world.gateway.cli('policy', 'simulate', ...folder, ...made);
  const live = await simulate();
  expect(live.code).toBe(1);
  expect(live.stdout).toMatch(
    /held by policy large-payments-need-finance until someone in finance approves\./,
  );
  expect(live.stdout).toContain('can approve: fiona <fiona@example.com>');
  expect(live.stdout).toContain('can approve: olive <olive@example.com>, the agent’s owner, never alone');
  const other = await simulate(candidate.folder);
  expect(other.stdout).toContain('denied by policy large-payments-need-finance.');
  expect(readLedger(world.ledger)).toHaveLength(before);
  expect(await entriesOf(world.gateway, 'call.decided')).toHaveLength(decided);
});
