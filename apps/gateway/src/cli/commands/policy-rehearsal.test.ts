import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DiffResult, Shadow, Simulation } from '../../admin/client.ts';
import { decider, GUARD, LIMIT, OPEN, payment } from '../../rehearsal/testing/decided-calls.ts';
import { type ServedAdmin, serveAdmin } from '../testing/served-admin.ts';

let admin: ServedAdmin;
beforeEach(async () => {
  admin = await serveAdmin();
  await admin.listTools({
    name: 'pay',
    inputSchema: {
      type: 'object',
      required: ['amount_cents'],
      properties: { amount_cents: { type: 'integer' } },
    },
  });
  await admin.publish([{ file: 'set.cedar', text: OPEN }]);
});
afterEach(() => admin.close());

async function folder(text: string): Promise<string> {
  await mkdir(join(admin.dataDir, 'candidate'), { recursive: true });
  await writeFile(join(admin.dataDir, 'candidate', 'set.cedar'), text);
  return 'candidate';
}

const pay = (...more: readonly string[]): readonly string[] => [
  'policy',
  'simulate',
  ...more,
  '--agent',
  'invoice',
  '--tool',
  'payments/pay',
  '--input',
  '{"amount_cents": 5000}',
];

describe('countersign policy simulate', () => {
  test('says what would become of a call by the set in force, and why', async () => {
    const { code, out } = await admin.cli(pay());
    expect(code).toBe(0);
    expect(out).toMatch(/^Agent invoice \(owner omar@example\.com, .*permitted by policy open\.$/m);
    expect(out).toMatch(/decision +allow \(permitted\)/);
    expect(out).toContain('permit open (set.cedar:1:1)');
  });

  test('by a candidate: what it forbids, with the values that it read', async () => {
    const { code, out } = await admin.cli(pay(await folder(LIMIT)));
    expect(code).toBe(1);
    expect(out).toContain('denied by policy limit.');
    expect(out).toContain('forbid limit (set.cedar:2:1)');
    expect(out).toContain('context.input.amount_cents = 5000');
  });

  test('of a hold, the people who can approve it; nobody on whose behalf it is', async () => {
    const candidate = await folder(GUARD);
    const held = await admin.cli(pay(candidate));
    expect(held.code).toBe(1);
    expect(held.out).toContain('guard asks for approval by 1 of group finance');
    expect(held.out).toContain('can approve: fiona <fiona@example.com>');
    const own = await admin.cli([...pay(candidate), '--subject', 'fiona']);
    expect(own.out).toContain('nobody can');
    const granted = await admin.cli([...pay(candidate), '--grant', 'guard']);
    expect(granted.code).toBe(0);
  });

  test('of a default deny, what came closest and the condition that failed', async () => {
    const candidate = await folder(
      '@id("low") permit (principal is Agent, action, resource) when { principal.risk < 2 };',
    );
    expect((await admin.cli(pay(candidate))).out).toContain('did not hold: principal.risk < 2');
  });

  test('says the same without a gateway, and the same as JSON', async () => {
    const candidate = await folder(LIMIT);
    const online = JSON.parse((await admin.cli([...pay(candidate), '--json'])).out) as Simulation;
    const offline = JSON.parse(
      (await admin.cli([...pay(candidate), '--offline', '--json'])).out,
    ) as Simulation;
    expect(online).toMatchObject({ decision: 'deny', why: { determining: [{ id: 'limit', line: 2 }] } });
    expect({ ...offline, request: null }).toEqual({ ...online, request: null });
    expect((await admin.cli([...pay(), '--offline'])).out).toContain('permitted by policy open');
  });

  test('takes the call from a file, which options override', async () => {
    const file = join(admin.dataDir, 'call.yaml');
    await writeFile(
      file,
      'agent: invoice\ntool: payments/pay\ninput: { amount_cents: 5000 }\nfacts: { principal: { risk: 1 } }\n',
    );
    const candidate = await folder(LIMIT);
    expect((await admin.cli(`policy simulate ${candidate} --request call.yaml`)).code).toBe(1);
    const small = [
      'policy',
      'simulate',
      candidate,
      '--request',
      'call.yaml',
      '--input',
      '{"amount_cents":1}',
    ];
    expect((await admin.cli(small)).out).toContain('risk low');
    await writeFile(file, 'agnet: invoice\n');
    const refused = await admin.cli('policy simulate --request call.yaml');
    expect([refused.code, refused.err]).toEqual([
      2,
      expect.stringMatching(/^unknown key `agnet` in the request; known are `agent`, `tool`, /),
    ]);
    await writeFile(file, 'agent: [\n');
    const broken = await admin.cli('policy simulate --request call.yaml');
    expect([broken.code, broken.err]).toEqual([
      2,
      expect.stringMatching(/^`call\.yaml` is neither YAML nor JSON: .* at line 2, column 1$/),
    ]);
  });

  test.each([
    ['policy simulate --tool payments/pay', 2, 'give `--agent <name>`'],
    ['policy simulate --agent invoice', 2, 'exactly one of `--tool`'],
    ['policy simulate --agent invoice --tool payments/pay --server payments', 2, 'exactly one of'],
    ['policy simulate --agent invoice --tool payments/nope', 2, 'server `payments` lists no tool `nope`'],
    ['policy simulate --agent invoice --server payments --operation mcp:dance', 2, 'is not done to a server'],
    ['policy simulate --agent invoice --tool payments/pay --input 5', 2, 'not a JSON object of arguments'],
    ['policy simulate --agent nobody --tool payments/pay', 2, 'no agent `nobody` is registered'],
    ['policy simulate --agent invoice --tool crm/find', 2, 'no server `crm` is registered'],
    ['policy simulate --agent invoice --tool pay', 2, 'write `<server>/<name>`'],
    ['policy simulate --agent invoice --tool payments/pay --subject ghost', 2, 'no person `ghost`'],
    ['policy simulate --request nowhere.yaml', 2, 'cannot be read'],
  ])('%s', async (line, code, message) => {
    for (const more of ['', ' --offline']) {
      const ran = await admin.cli(line + more);
      expect([ran.code, ran.err]).toEqual([code, expect.stringContaining(message)]);
    }
  });

  test.each([
    ['arguments that the tool’s schema forbids', '{"amount_cents": "5"}', 'invalid_arguments'],
    ['arguments that are missing', '{}', 'invalid_arguments'],
  ])('says that the gateway refuses %s, whatever policy says', async (_what, input, reason) => {
    const made = ['policy', 'simulate', '--agent', 'invoice', '--tool', 'payments/pay', '--input', input];
    for (const more of [[], ['--offline']]) {
      const { code, out } = await admin.cli([...made, ...more]);
      expect(code).toBe(1);
      expect(out).toContain(
        `the gateway refuses this call before policy is asked (${reason}): the arguments`,
      );
      expect(out).toContain('permitted by policy open.');
    }
  });

  test('says that a tool is held back', async () => {
    await admin.listTools({ name: 'pay', description: 'another', inputSchema: { type: 'object' } });
    const online = await admin.cli(pay());
    expect([online.code, online.out]).toEqual([
      1,
      expect.stringContaining('(definition_not_accepted): the definition'),
    ]);
    expect((await admin.cli([...pay(), '--offline'])).out).toContain(
      '(definition_not_accepted): the definition',
    );
  });

  test('says of a grant that nothing asks for that it changes nothing', async () => {
    const { out } = await admin.cli([...pay(), '--grant', 'gaurd']);
    expect(out).toContain('the grant for `gaurd` changes nothing');
  });

  test('a candidate that does not validate is refused with its place', async () => {
    const { code, err } = await admin.cli(pay(await folder('permit (principal, action, resource);')));
    expect([code, err]).toEqual([1, expect.stringMatching(/^set\.cedar:1:1: error: /)]);
  });

  test('records nothing', async () => {
    const before = admin.store.health().size;
    await admin.cli(pay());
    await admin.cli(pay(await folder(LIMIT)));
    expect(admin.store.health().size).toBe(before);
  });

  test('needs a token that may', async () => {
    const token = await admin.tokenFor('omar', ['viewer']);
    const { code, err } = await admin.cli(pay(), { COUNTERSIGN_TOKEN: token });
    expect([code, err]).toEqual([
      2,
      expect.stringContaining('needs the role `policy_author` or `approver` or `admin`'),
    ]);
  });
});

describe('countersign policy diff', () => {
  beforeEach(async () => {
    const decide = decider(OPEN);
    const entries = [10, 5000, 6000].map((amount) => decide(payment(amount)));
    await admin.store.commit({ entries });
  });

  test('shows policies that change, and calls that would end otherwise, by agent and target', async () => {
    const { code, out } = await admin.cli(`policy diff ${await folder(LIMIT)} --utc`);
    expect(code).toBe(0);
    expect(out).toContain('added policy limit (set.cedar)');
    expect(out).toContain('+when { context.input.amount_cents > 1000 };');
    expect(out).toContain('3 recorded decisions: 2 would come out otherwise, 1 would not');
    expect(out).toMatch(/invoice +payments\/pay +allow +deny +2 +0/);
    expect(out).toMatch(/was: Agent invoice .* permitted by policy open\./);
    expect(out).toMatch(/now: Agent invoice .* denied by policy limit\./);
  });

  test('says the same from the data folder, without a gateway', async () => {
    const candidate = await folder(LIMIT);
    const online = JSON.parse(
      (await admin.cli(`policy diff ${candidate} --last 100 --json`)).out,
    ) as DiffResult;
    const offline = await admin.cli(`policy diff ${candidate} --last 100 --offline --json`);
    expect(JSON.parse(offline.out)).toEqual(online);
    expect(online.replay).toMatchObject({ decisions: 3, changed: 2 });
  });

  test('of a candidate that does not validate says why', async () => {
    const { code, out } = await admin.cli(
      `policy diff ${await folder('permit (principal, action, resource);')}`,
    );
    expect([code, out]).toEqual([1, expect.stringContaining('this set would be refused')]);
    expect(out).toMatch(/^set\.cedar:1:1: error: /);
  });

  test.each([
    ['--since yesterday', '`--since` is `yesterday`'],
    ['--last few', '`--last` is `few`'],
    ['--last 0', '`--last` is `0`'],
    ['--since 1d --last 5', 'not both'],
  ])('%s is refused', async (options, message) => {
    const ran = await admin.cli(`policy diff ${await folder(LIMIT)} ${options}`);
    expect([ran.code, ran.err]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe('countersign policy shadow', () => {
  test('sets, shows and clears', async () => {
    expect((await admin.cli('policy shadow show')).out).toBe('no shadow set runs');
    expect(await admin.cli(`policy shadow set ${await folder(LIMIT)}`)).toMatchObject({ code: 0 });
    await admin.store.commit({ entries: [decider(OPEN)(payment(5000))] });
    const shown = async () => JSON.parse((await admin.cli('policy shadow show --json')).out) as Shadow;
    await expect.poll(async () => (await shown()).recorded, { timeout: 10_000 }).toBe(1);
    expect(await shown()).toMatchObject({
      state: 'running',
      set: { author: 'admin' },
      counts: { compared: 1, differed: 1, dropped: 0 },
      groups: [{ agent: 'invoice', target: 'payments/pay', live: 'allow', shadow: 'deny', count: 1 }],
    });
    const { out } = await admin.cli('policy shadow show --utc');
    expect(out).toMatch(/invoice +payments\/pay +allow +deny +1/);
    expect((await admin.cli('policy shadow clear')).code).toBe(0);
    expect((await admin.cli('policy shadow clear')).code).toBe(1);
    expect((await admin.cli('policy shadow show')).out).toBe('no shadow set runs');
  });

  test('refuses what does not validate, with its place', async () => {
    const { code, err } = await admin.cli(
      `policy shadow set ${await folder('permit (principal, action, resource);')}`,
    );
    expect([code, err]).toEqual([1, expect.stringMatching(/^set\.cedar:1:1: error: /)]);
  });

  test('needs an admin', async () => {
    const token = await admin.tokenFor('omar', ['approver']);
    const { code } = await admin.cli('policy shadow clear', { COUNTERSIGN_TOKEN: token });
    expect(code).toBe(2);
  });

  test('without a verb shows what there is', async () => {
    const { code, out } = await admin.cli('policy shadow');
    expect(code).toBe(2);
    expect(out).toContain('policy shadow show');
    expect((await admin.cli('policy shadow shwo')).err).toContain('did you mean `policy shadow show`');
  });
});
