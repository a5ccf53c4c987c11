import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recordCall, recordOutcome, type RecordedCall } from '../../admin/testing/recorded-calls.ts';
import { requestApproval } from '../../admin/testing/requested-approvals.ts';
import { type ServedAdmin, serveAdmin } from '../testing/served-admin.ts';

let admin: ServedAdmin;
let root: RecordedCall;
let child: RecordedCall;

beforeAll(async () => {
  admin = await serveAdmin();
  root = await recordCall(admin.store, {
    agent: 'triage',
    upstream: 'support',
    tool: 'support',
    operation: 'a2a:message/send',
  });
  child = await recordCall(admin.store, { agent: 'support', upstream: 'crm', tool: 'read', parent: root });
  await recordOutcome(admin.store, child);
});
afterAll(() => admin.close());

const tokenOf = async (email: string, more: readonly string[] = []): Promise<string> => {
  const { code, out } = await admin.cli(['users', 'token', email, ...more]);
  expect(code).toBe(0);
  return out;
};

describe('lists', () => {
  test('agents, users and upstreams, as tables and as JSON', async () => {
    expect((await admin.cli('agents list')).out).toMatch(/^NAME +OWNER .*\ninvoice +omar@example\.com/);
    expect((await admin.cli('users list')).out).toContain('fiona  fiona@example.com  finance  active');
    expect((await admin.cli('upstreams list')).out).toContain('/mcp/payments');
    expect(JSON.parse((await admin.cli('agents list --json')).out)).toMatchObject({
      agents: [{ name: 'invoice' }],
    });
  });

  test('calls, filtered', async () => {
    const { code, out } = await admin.cli('calls list --agent support');
    expect(code).toBe(0);
    expect(out.split('\n')).toHaveLength(2);
    expect(out).toContain(child.call);
    expect(out).toContain('crm/read');
    expect((await admin.cli('calls list --agent nobody')).out).toBe('no calls');
  });

  test('a wrong filter value is told before the gateway is asked', async () => {
    const { code, err } = await admin.cli('calls list --from yesterday');
    expect([code, err]).toEqual([2, expect.stringContaining('`--from`')]);
  });
});

describe('chain show', () => {
  test('prints the tree of a chain', async () => {
    const { code, out } = await admin.cli(`chain show ${root.chain} --utc`);
    expect(code).toBe(0);
    expect(out).toContain('triage → support');
    expect(out).toContain('└─ support → crm/read');
  });

  test('--latest finds the newest interaction between agents', async () => {
    const { out } = await admin.cli('chain show --latest --json');
    expect(JSON.parse(out)).toMatchObject({ id: root.chain, hops: [{ level: 0 }, { level: 1 }] });
  });

  test('list names it, with who acted', async () => {
    const { code, out } = await admin.cli('chain list --agent support');
    expect(code).toBe(0);
    expect(out).toMatch(/^NEWEST +AGENTS +CALLS +CALL +DECISION +OUTCOME +CHAIN\n/);
    expect(out).toContain(`crm/read  allow     ok       ${root.chain}`);
    const json = JSON.parse((await admin.cli('chain list --json')).out) as { chains: object[] };
    expect(json.chains).toMatchObject([{ id: root.chain, calls: 2, isMore: false }]);
    expect((await admin.cli('chain list --agent nobody')).out).toBe('no chains');
  });

  test('an unknown chain is a no', async () => {
    expect(await admin.cli('chain show chain_x')).toMatchObject({
      code: 1,
      err: 'chain `chain_x` is not known here',
    });
  });
});

test('policy explain tells the sentence, the policy with its place, and what it read', async () => {
  const { code, out } = await admin.cli(`policy explain ${child.call}`);
  expect(code).toBe(0);
  expect(out).toContain('Agent support called crm/read and this was permitted');
  expect(out).toContain('permit small-payments (payments.cedar:3:1)');
  expect(out).toContain('context.input.amount_cents = (not shown)');
  const revealed = await admin.cli(['policy', 'explain', child.call, '--reveal', '--reason', 'a complaint']);
  expect(revealed.out).toContain('context.input.amount_cents = 1200');
});

test('agents show tells of one agent', async () => {
  const { out } = await admin.cli('agents show invoice');
  expect(out).toContain('owner         omar <omar@example.com>');
  expect((await admin.cli('agents show nobody')).code).toBe(1);
});

describe('approvals', () => {
  test('are listed, shown whole, approved and rejected', async () => {
    const [first, second] = [await requestApproval(admin), await requestApproval(admin)];
    expect((await admin.cli('approvals list')).out).toContain(`${first}  pending  invoice  payments/pay`);
    expect((await admin.cli(`approvals show ${first}`)).out).toContain(
      '{"name":"pay","arguments":{"amount_cents":900000}}',
    );

    const env = { COUNTERSIGN_TOKEN: await tokenOf('fiona@example.com') };
    expect(await admin.cli(['approvals', 'approve', first, '--reason', 'ours'], env)).toEqual({
      code: 0,
      out: `${first} is approved`,
      err: '',
    });
    expect((await admin.cli(['approvals', 'reject', second, '--reason', 'not ours'], env)).out).toBe(
      `${second} is rejected`,
    );
    expect((await admin.cli(['approvals', 'revoke', first, '--reason', 'not ours'], env)).out).toBe(
      `${first} is withdrawn`,
    );
    expect((await admin.cli('approvals list')).out).toBe('nothing waits for approval');
    expect((await admin.cli('approvals list --all')).out).toContain('rejected');
    expect((await admin.cli(`approvals show ${second} --utc`)).out).toMatch(/Z {2}fiona rejected: not ours/);
  });

  test('whoever may not decide gets a no', async () => {
    const id = await requestApproval(admin);
    const { code, err } = await admin.cli(`approvals approve ${id} --reason x`);
    expect([code, err]).toEqual([1, expect.stringContaining('`admin` is not an active user')]);
  });
});

describe('users token', () => {
  test('needs somebody who is registered', async () => {
    expect(await admin.cli('users token nobody@example.com')).toMatchObject({ code: 1, out: '' });
  });

  test('a token that is none could not run', async () => {
    expect((await admin.cli('users list', { COUNTERSIGN_TOKEN: 'csn_wrong' })).code).toBe(2);
  });
});

describe('apply', () => {
  const team = (name: string, spec = '{}') =>
    `apiVersion: countersign.dev/v1alpha1\nkind: Team\nmetadata: {name: ${name}}\nspec: ${spec}\n`;

  test('takes files and folders as one change', async () => {
    const folder = join(admin.dataDir, 'manifests');
    await mkdir(folder);
    await writeFile(join(folder, 'a.yaml'), `${team('one')}---\n${team('two')}`);
    await writeFile(join(admin.dataDir, 'b.yaml'), team('three'));
    const { code, out } = await admin.cli('apply -f manifests -f b.yaml');
    expect(code).toBe(0);
    expect(out.split('\n').slice(1)).toEqual([
      'created  Team  one',
      'created  Team  two',
      'created  Team  three',
    ]);
    expect((await admin.cli('apply -f b.yaml')).out).toContain('unchanged  Team  three');
  });

  test('names file and line of what is wrong, and changes nothing', async () => {
    await writeFile(join(admin.dataDir, 'c.yaml'), `${team('four')}---\n${team('five', '{descripton: x}')}`);
    const { code, err } = await admin.cli('apply -f c.yaml');
    expect(code).toBe(1);
    expect(err).toMatch(/c\.yaml:\d+ \(document 2\): .*did you mean `description`/);
    expect(admin.deps.registry.current().teams.has('four')).toBe(false);
  });
});
