// Policies that people publish to a running gateway: nothing is in force that a second person did not agree to, exactly
// what they agreed to is, no restart is needed, and every step is on record (DESIGN section 6, "One source of truth").
import { connectV1, type Gateway, spawnGateway } from '@countersign/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { entriesOf } from './entries.ts';
import type { Message } from './event-reader.ts';
import { callModern } from './modern-call.ts';
import { type ChangeView, openPublishers, parsed, type Publishers } from './publisher.ts';
import { SOON } from './soon.ts';
import { startWorld, type World } from './world.ts';

const OPEN = '@id("open")\npermit (principal is Agent, action in Action::"mcp", resource);\n';
const CLOSED = `${OPEN}@id("no-echo")\nforbid (principal, action == Action::"fixture/echo", resource);\n`;
const OTHERS = `${OPEN}// as before, and more\n@id("no-fail")\nforbid (principal, action == Action::"fixture/fail", resource);\n`;

interface View {
  readonly active: { readonly digest: string; readonly version: number } | null;
  readonly degraded: boolean;
  readonly broken: readonly { readonly tool: string; readonly why: string }[];
}

let world: World;
let people: Publishers;
beforeAll(async () => {
  world = await startWorld({ config: { policies: { group: 'finance' } } });
  people = await openPublishers(world.gateway);
});
afterAll(async () => {
  await people.close();
  await world.close();
});

/** Calls `echo` as `worker`: `done`, or the reason of the denial. */
async function echo(gateway: Gateway = world.gateway): Promise<string> {
  const url = `${gateway.data}/mcp/fixture`;
  const token = await world.issuer.mint({ clientId: 'worker', resource: url });
  const response = await callModern({ url, token, tool: 'echo', args: { text: 'x' } });
  const { result, error } = (await response.json()) as Message;
  if (error !== undefined) return String(error.data?.['reason']);
  return result?.isError === true ? (result._meta?.['dev.countersign/refusal']?.['reason'] ?? '') : 'done';
}
async function viewOf({ admin }: Gateway, token = world.gateway.adminToken): Promise<View> {
  const headers = { authorization: `Bearer ${token}` };
  return (await (await fetch(`${admin}/api/v1/policies`, { headers })).json()) as View;
}
const view = () => viewOf(world.gateway);

describe('a published set', () => {
  test('is in force once a second person approved it, without a restart, and the author is not one', async () => {
    expect(await echo()).toBe('no_permit');
    const change = await people.propose(OPEN);
    expect(change).toMatchObject({ state: 'pending', author: 'victor' });
    expect(await echo()).toBe('no_permit');

    const own = await people.as('victor', 'changes', 'approve', change.id, '--reason', 'mine');
    expect([own.code, own.stderr]).toEqual([1, expect.stringContaining('another person')]);
    const shown = await people.as('fiona', 'changes', 'show', change.id);
    expect(shown.stdout).toContain('added policy open (all.cedar)');
    expect(shown.stdout).toContain('+permit (principal is Agent, action in Action::"mcp", resource);');
    expect(await people.approve(change.id)).toMatchObject({ state: 'applied' });
    expect(await echo()).toBe('done');

    const again = await people.as('olive', 'changes', 'approve', change.id, '--reason', 'late');
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('is applied')]);
    const activated = (await entriesOf(world.gateway, 'policy.activated')).at(-1);
    expect(activated?.body).toMatchObject({ cause: 'published', change: change.id });
  });

  test('that does not validate is refused with its place, and is nobody’s to approve', async () => {
    const before = await view();
    const { code, stdout } = await people.tryPublish('\n@id("a")\npermit (principal action, resource);');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      check: { ok: false, diagnostics: [{ file: 'all.cedar', line: 3, severity: 'error' }] },
      change: null,
    });
    expect(await view()).toEqual(before);
    expect((await world.gateway.cli('changes', 'list')).stdout.trim()).toBe('no change waits for approval');
  });

  test('goes back to an earlier version the same way, and the history tells all of it', async () => {
    await people.approve((await people.propose(CLOSED)).id);
    expect(await echo()).toBe('forbidden');
    const back = parsed(
      await people.as('olive', 'policy', 'rollback', '2', '--message', 'echo is needed', '--json'),
    ) as ChangeView;
    expect(await echo()).toBe('forbidden');
    await people.approve(back.id);
    expect(await echo()).toBe('done');
    const { stdout } = await world.gateway.cli('policy', 'history', '--utc');
    const rows = stdout.split('\n').slice(1);
    expect(rows[0]).toMatch(/^4 \(in force\) +\w{12} +rolled_back +olive +fiona +.*echo is needed$/);
    expect(rows[1]).toMatch(/^3 +\w{12} +published +victor +fiona/);
    expect(rows[3]).toMatch(/^1 +\w{12} +published +first start +– /);
    const { stdout: third } = await world.gateway.cli('policy', 'show', '--version', '3');
    expect(third).toContain('added policy no-echo (all.cedar)');
  });

  test('that was compared with another set than the one in force is not put in its place', async () => {
    const [one, two] = [await people.propose(CLOSED), await people.propose(OTHERS)];
    await people.approve(two.id);
    expect(await people.approve(one.id)).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('another policy set went live'),
    });
    expect(await echo()).toBe('done');
  });

  test('outlives the process that it was published to', async () => {
    const before = await view();
    await world.gateway.stop();
    const again = await spawnGateway({ config: world.gateway.config, dataDir: world.gateway.dataDir });
    expect(await viewOf(again)).toEqual(before);
    expect(await echo(again)).toBe('done');
    await again.stop();
    const back = await spawnGateway({ config: world.gateway.config, dataDir: world.gateway.dataDir });
    world = { ...world, gateway: { ...back, adminToken: world.gateway.adminToken } };
    people.moveTo(back);
  });
});

test('a tool that the set no longer fits is denied, loudly, and nothing else is', async () => {
  const { gateway } = world;
  const token = await world.issuer.mint({ clientId: 'worker', resource: `${gateway.data}/mcp/fixture` });
  // Its stream is where the server tells of its changes.
  const worker = await connectV1(`${gateway.data}/mcp/fixture`, { token });
  const change = (extra: string) => worker.callTool({ name: 'change_tools', arguments: { extra } });
  await change('present');
  const about = `${OPEN}@id("extra")\nforbid (principal, action == Action::"fixture/extra", resource);\n`;
  await expect.poll(async () => (await people.tryPublish(about)).code, SOON).toBe(0);
  const { changes } = parsed(await gateway.cli('changes', 'list', '--json')) as { changes: { id: string }[] };
  await people.approve(changes[0]?.id ?? '');

  await change('absent');
  await expect.poll(async () => (await view()).degraded, SOON).toBe(true);
  expect((await view()).broken).toMatchObject([{ tool: 'fixture/extra' }]);
  expect(await echo()).toBe('done');
  const ready = await fetch(`${gateway.admin}/health/ready`);
  expect([ready.status, await ready.json()]).toEqual([200, { status: 'degraded' }]);
  expect(gateway.stderr()).toMatch(/calls of `fixture\/extra` are denied/);
  expect((await gateway.cli('policy', 'show')).stdout).toContain('fixture/extra: ');
  const doctor = await gateway.cli('doctor', '--config', gateway.config);
  expect([doctor.code, doctor.stdout]).toEqual([1, expect.stringContaining('countersign policy show')]);
  const entries = await entriesOf(gateway, 'policy.activated');
  expect(entries.at(-1)?.body).toMatchObject({ cause: 'schema', change: null });

  await change('present');
  await expect.poll(async () => (await view()).degraded, SOON).toBe(false);
  await worker.close();
});

test('while sets alternate no call is dropped, and each is decided by one of them as it says', async () => {
  const gateway = await spawnGateway({
    config: { ...world.setup, config: { ...world.setup.config, policies: { review: 'off' } } },
  });
  const own = await openPublishers(gateway);
  const digests = new Map<string, string>();
  for (const [outcome, text] of [
    ['forbidden', CLOSED],
    ['done', OPEN],
  ] as const) {
    await own.propose(text);
    digests.set(outcome, (await viewOf(gateway, gateway.adminToken)).active?.digest ?? '');
  }
  const seen = new Map<string, number>();
  const over = new AbortController();
  const caller = async () => {
    while (!over.signal.aborted) {
      const outcome = await echo(gateway);
      seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
    }
  };
  const callers = Array.from({ length: 6 }, caller);
  for (let round = 0; round < 6; round += 1) await own.propose(round % 2 === 0 ? CLOSED : OPEN);
  over.abort();
  await Promise.all(callers);
  expect([...seen.keys()].sort()).toEqual(['done', 'forbidden']);
  const decided = await entriesOf(gateway, 'call.decided');
  const pairs = new Set(decided.map(({ body }) => `${String(body['reason'])} ${String(body['policySet'])}`));
  expect(pairs).toEqual(
    new Set([`permitted ${digests.get('done')}`, `forbidden ${digests.get('forbidden')}`]),
  );
  await own.close();
  await gateway.dispose();
});

test('killed in the middle of an approval, a change has either taken effect whole or not at all', async () => {
  let { gateway } = world;
  for (let cycle = 0; cycle < 4; cycle += 1) {
    const { id } = await people.propose(cycle % 2 === 0 ? CLOSED : OTHERS);
    const approving = people.approve(id).catch(() => null);
    // Somewhere between the request and its answer, a little later each time.
    const stamp = async () => (await entriesOf(gateway, 'change.reviewed')).length;
    if (cycle > 0) for (let look = 0; look < cycle; look += 1) await stamp();
    await gateway.kill('SIGKILL');
    await approving;
    gateway = await spawnGateway({ config: gateway.config, dataDir: gateway.dataDir });
    people.moveTo(gateway);
    const { state } = await people.show(id);
    const isOf = ({ body }: { readonly body: Readonly<Record<string, unknown>> }) => body['change'] === id;
    const [activated, closed, reviewed] = await Promise.all(
      ['policy.activated', 'change.closed', 'change.reviewed'].map(
        async (kind) => (await entriesOf(gateway, kind)).filter(isOf).length,
      ),
    );
    const isApplied = state === 'applied';
    expect([state, activated, closed, reviewed]).toEqual(
      isApplied ? ['applied', 1, 1, 1] : ['pending', 0, 0, 0],
    );
    if (!isApplied) await people.approve(id);
    expect(await echo(gateway)).toBe(cycle % 2 === 0 ? 'forbidden' : 'done');
  }
  world = { ...world, gateway: { ...gateway, adminToken: world.gateway.adminToken } };
});

test('where a watched folder publishes, `policy publish` says so', async () => {
  const gateway = await spawnGateway({
    config: { ...world.setup, config: { ...world.setup.config, policies: 'policies' } },
  });
  const own = await openPublishers(gateway);
  const { code, stderr } = await own.tryPublish(OPEN);
  expect([code, stderr]).toEqual([1, expect.stringContaining('which publishes by itself')]);
  await own.close();
  await gateway.dispose();
});

test('the log of all this verifies', async () => {
  const { code, stdout } = await world.gateway.cli('verify', '--json');
  expect(code, stdout).toBe(0);
});
