// What was archived is not out of reach: a real gateway whose first entries were moved away simulates policies over all of its
// history, says of counts what is not in them, and hands out a chain that lies partly in the archive, which an auditor verifies and
// has decided again with nothing but that file and a trust policy.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BundleReport } from '@countersign/audit';
import { type Gateway, runCli, spawnGateway } from '@countersign/testkit';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Candidate, candidateOf } from './candidate.ts';
import { entriesOf } from './entries.ts';
import { callAs } from './modern-call.ts';
import { SOON } from './soon.ts';
import { startWorld, type World } from './world.ts';

interface Diff {
  readonly replay: {
    readonly decisions: number;
    readonly notReplayed: Readonly<Record<string, number>>;
    readonly groups: readonly { readonly target: string; readonly count: number }[];
  } | null;
  readonly covered: { readonly since: string; readonly entries: number; readonly archived: number } | null;
}
interface Call {
  readonly chain: string;
}

const CUT = 256;
const LARGE = { vendor: 'acme', amount_cents: 250_000, invoice: 'INV-1' };
/** A span that begins before everything. */
const EVER = ['--since', '2020-01-01T00:00:00Z'];

let folder: string;
let cold: string;
let world: World;
let gateway: Gateway;
let candidate: Candidate;
let paid: string[];
/** Of the payment as it was held, in what was archived, and reviewed, in what was not; and of the one that went through by that. */
let chains: Readonly<Record<'held' | 'paid', string>>;
let before: Diff;
let trust: string;
/** After everything that was archived, RFC 3339. */
let later: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-history-'));
  cold = join(folder, 'cold');
  world = await startWorld({
    config: { log: { anchors: [{ file: join(folder, 'anchors.jsonl') }], publishSeconds: 1 } },
  });
  ({ gateway } = world);
  // Held too early, and let through: both differ by it.
  candidate = await candidateOf(
    world.setup.policies?.['world.cedar'] ?? '',
    ['context.input.amount_cents > 100000', 'context.input.amount_cents > 900000'],
    ['action == Action::"fixture/fail"', 'action in [Action::"fixture/fail", Action::"fixture/echo"]'],
  );
  paid = [await callAs(world, 'clerk', 'payments', 'pay', LARGE)];
  for (let i = 0; i < 8; i += 1) await Promise.all(Array.from({ length: 20 }, echo));
  const { approvals } = await world.admin<{ approvals: { id: string }[] }>('/approvals?state=pending');
  await world.review(approvals[0]?.id ?? '', 'approve', 'it is owed');
  paid.push(await callAs(world, 'clerk', 'payments', 'pay', LARGE));
  const { calls } = await world.admin<{ calls: Call[] }>('/calls?agent=clerk');
  chains = { held: calls.at(-1)?.chain ?? '', paid: calls[0]?.chain ?? '' };
  later = new Date().toISOString();
  await echo();
  before = await diff(...EVER);
  const taken = async () => (await entriesOf(gateway, 'checkpoint.published')).length;
  await vi.waitUntil(async () => (await taken()) > 0, SOON);
  trust = (await gateway.cli('log', 'key')).stdout.trim().split('\n').at(-1) ?? '';
  await gateway.stop();
  const args = ['log', 'archive', '--data', gateway.dataDir, '--to', cold, '--before', String(CUT), '--yes'];
  const archived = await runCli(args);
  if (archived.code !== 0) throw new Error(`nothing was archived: ${archived.stderr}`);
  gateway = await spawnGateway({ config: world.setup, dataDir: gateway.dataDir });
});
afterAll(async () => {
  await candidate?.remove();
  await gateway?.dispose();
  await world?.close();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

async function echo(): Promise<void> {
  await callAs(world, 'worker', 'fixture', 'echo', { text: 'x' });
}

async function diff(...options: string[]): Promise<Diff> {
  const ran = await gateway.cli('policy', 'diff', candidate.folder, '--json', ...options);
  expect([ran.code, ran.stderr]).toEqual([0, '']);
  return JSON.parse(ran.stdout) as Diff;
}

async function whileAway(work: () => Promise<void>): Promise<void> {
  renameSync(cold, `${cold}-away`);
  try {
    await work();
  } finally {
    renameSync(`${cold}-away`, cold);
  }
}

describe('a policy simulated over history', () => {
  test('says of archived calls what it said before they were archived, through the gateway and from the folder', async () => {
    expect(before.covered?.archived).toBe(0);
    // All echoes would be denied; without archived ones they would be some.
    expect(before.replay?.groups.find(({ target }) => target === 'fixture/echo')?.count).toBe(161);
    for (const more of [[], ['--offline']]) {
      const now = await diff(...EVER, ...more);
      expect(now.replay).toEqual(before.replay);
      expect(now.covered).toMatchObject({ since: before.covered?.since, archived: CUT });
      expect(now.covered?.entries).toBeGreaterThan(before.covered?.entries ?? 0);
      const latest = await diff('--last', '1000', ...more);
      expect(latest.replay).toEqual(before.replay);
    }
  });

  test('is refused while the archive is away, and not where none is needed', async () => {
    await whileAway(async () => {
      for (const more of [[], ['--offline']]) {
        const { code, stdout, stderr } = await gateway.cli(
          'policy',
          'diff',
          candidate.folder,
          ...EVER,
          ...more,
        );
        expect([code, stdout]).toEqual([1, '']);
        expect(stderr).toMatch(
          /nothing was decided again: .*cannot be read.*; put it back there as it was, or look back no further/,
        );
        expect((await diff('--since', later, ...more)).replay?.decisions).toBe(1);
      }
    });
  });
});

describe('counts of a time before the cut', () => {
  const EARLY = '2020-01-01T00:00:00Z';
  const get = async (path: string): Promise<unknown> => {
    const headers = { authorization: `Bearer ${world.gateway.adminToken}` };
    const answer = await fetch(`${gateway.admin}/api/v1${path}`, { headers });
    expect(answer.status, path).toBe(200);
    return answer.json();
  };

  test.each(['/overview', '/calls/tallies', '/calls/counts', '/graph', '/inventory/unregistered'])(
    '%s says from when on it counts',
    async (path) => {
      const older = { to: CUT, before: expect.stringMatching(/^20\d\d-/) };
      expect(await get(`${path}?from=${EARLY}`)).toMatchObject({ archived: older });
      expect(await get(`${path}?from=${later}`)).toMatchObject({ archived: null });
    },
  );

  test('and so does the inventory, of agents that may have called before', async () => {
    expect(await get('/inventory/agents')).toMatchObject({ archived: { to: CUT } });
  });

  test('an agent is shown with where its earlier calls are, if fewer are left than are shown', async () => {
    expect(await get('/agents/clerk')).toMatchObject({ recent: [{}], archived: { to: CUT } });
    expect(await get('/agents/worker')).toMatchObject({ archived: null });
    const some = await gateway.cli('agents', 'show', 'clerk');
    expect(some.stderr).toContain(`are in archives and not shown (entries before ${CUT})`);
    expect((await gateway.cli('agents', 'show', 'worker')).stderr).toBe('');
  });

  test('the command line counts, and says so', async () => {
    const { stdout, stderr } = await gateway.cli('calls', 'count', '--from', EARLY);
    expect(stdout).toMatch(/^\d+ calls$/m);
    expect(stderr).toContain(`are in archives and not shown (entries before ${CUT})`);
  });
});

describe('a chain that lies partly in the archive, or rests on what does', () => {
  const exported = async (of: keyof typeof chains, path: string) =>
    gateway.cli('export', '--chain', chains[of], '--reason', 'audit', '--out', path);
  const entriesIn = (bundle: string) =>
    readFileSync(bundle, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; index: number; selected: boolean })
      .filter(({ type }) => type === 'entry');

  test.each([
    // The hold; the reviews came after the cut.
    { of: 'held', selected: [true, true], decisions: 1 },
    // The payment, and the hold from which people let it through.
    { of: 'paid', selected: [false, true], decisions: 2 },
  ] as const)(
    'is verified and decided again by whoever has the bundle and a trust policy, and nothing else: $of',
    async ({ of, selected, decisions }) => {
      expect(paid).toEqual(['refused', 'done']);
      const fresh = join(folder, `auditor-of-${of}`);
      mkdirSync(fresh);
      const [bundle, policy] = [join(fresh, 'bundle.jsonl'), join(fresh, 'trust')];
      writeFileSync(policy, `log ${trust}\nquorum none\n`);
      const { code, stderr } = await exported(of, bundle);
      expect([code, stderr]).toEqual([0, '']);
      const entries = entriesIn(bundle);
      const asked = entries.filter((one) => one.selected).map(({ index }) => index);
      expect([asked.some((index) => index < CUT), asked.some((index) => index >= CUT)]).toEqual(selected);
      expect(entries.some(({ index }) => index < CUT)).toBe(true);
      await whileAway(async () => {
        const verified = await runCli(['verify', bundle, '--trust', policy, '--json']);
        const report = JSON.parse(verified.stdout) as BundleReport;
        expect([verified.code, report.verdict, report.firstFailure]).toEqual([0, 'consistent', null]);
        expect(report.head?.selection.chain).toBe(chains[of]);
        expect(report.levels.chains.state).toBe('passed');
        expect(report.entries.selected).toBe(asked.length);
        expect(report.checkpoint?.signedBy).toHaveLength(1);
        const all = { decisions, replayed: decisions, mismatched: 0, notReplayed: {} };
        expect(report.decisions).toMatchObject(all);
      });
    },
  );

  test.each(['held', 'paid'] as const)(
    'is not handed out in part: without the archive there is none of %s',
    async (of) => {
      await whileAway(async () => {
        const { code, stderr } = await exported(of, join(folder, 'part.jsonl'));
        expect([code, stderr]).toEqual([1, expect.stringContaining('cannot be read')]);
      });
    },
  );
});
