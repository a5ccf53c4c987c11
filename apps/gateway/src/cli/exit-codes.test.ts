// One rule for every command: what cannot be understood, may not be asked at all or cannot be answered just now ends with
// 2; a question that was answered with no ends with 1. With `--json` the same is said as JSON.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requestApproval } from '../admin/testing/requested-approvals.ts';
import { exitCodeOf } from './exit.ts';
import { runCommand } from './testing/command-line.ts';
import { type ServedAdmin, serveAdmin } from './testing/served-admin.ts';

let admin: ServedAdmin;
let approval: string;
const tokens = new Map<string, string>();

beforeAll(async () => {
  admin = await serveAdmin();
  approval = await requestApproval(admin);
  tokens.set('viewer', await admin.tokenFor('omar', ['viewer']));
  tokens.set('person', await admin.tokenFor('omar', ['admin']));
  tokens.set('approver', await admin.tokenFor('omar', ['approver']));
  tokens.set('unknown', 'csn_wrong');
  const manifest = 'apiVersion: countersign.dev/v1alpha1\nkind: Team\nmetadata: {name: t}\nspec: {x: 1}\n';
  await writeFile(join(admin.dataDir, 'bad.yaml'), manifest);
  await writeFile(join(admin.dataDir, 'good.yaml'), manifest.replace('{x: 1}', '{}'));
  await mkdir(join(admin.dataDir, 'wrong'));
  await writeFile(join(admin.dataDir, 'wrong', 'p.cedar'), 'permit (');
});
afterAll(() => admin.close());

const CASES: readonly [who: string, line: string | readonly string[], exitCode: 1 | 2, code: string][] = [
  // What the gateway cannot understand.
  ['admin', 'calls list --limit many', 2, 'malformed_request'],
  ['admin', 'calls list --limit 0', 2, 'malformed_request'],
  ['admin', 'calls list --cursor x', 2, 'malformed_request'],
  ['admin', 'calls search x --reason why --from yesterday', 2, 'malformed_request'],
  ['admin', 'log entries --limit 9999', 2, 'malformed_request'],
  ['admin', 'log entries --from yesterday', 2, 'malformed_request'],
  ['admin', 'log entries --cursor x', 2, 'malformed_request'],
  ['admin', ['hold', 'set', 'agent:', '--reason', 'x'], 2, 'malformed_request'],
  ['admin', ['hold', 'set', '*', '--reason', ' '], 2, 'malformed_request'],
  ['admin', 'tools accept payments/x --digest 12', 2, 'usage'],
  ['admin', 'erase --call nonsense --basis law', 2, 'malformed_request'],
  ['admin', 'erase --query agnet:invoice --basis law', 2, 'malformed_request'],
  ['admin', 'erase --subject zoe --basis law --field soul', 2, 'malformed_request'],
  ['admin', 'erase --subject zoe --basis ab', 2, 'malformed_request'],
  // What the command line alone shows to be wrong.
  ['admin', 'calls list --from yesterday', 2, 'usage'],
  ['admin', 'calls list --nonsense', 2, 'usage'],
  ['admin', 'nonsense', 2, 'usage'],
  ['admin', 'approvals list --state x', 2, 'usage'],
  // Who may not ask.
  ['unknown', 'calls list', 2, 'unauthenticated'],
  ['viewer', 'log entries', 2, 'forbidden'],
  ['viewer', 'calls search x --reason why', 2, 'forbidden'],
  ['viewer', 'users token fiona@example.com', 2, 'forbidden'],
  ['viewer', 'apply -f good.yaml', 2, 'forbidden'],
  ['viewer', 'export --reason x', 2, 'forbidden'],
  ['viewer', 'policy publish wrong --dry-run', 2, 'forbidden'],
  ['viewer', ['hold', 'set', '*', '--reason', 'x'], 2, 'forbidden'],
  ['approver', 'policy shadow clear', 2, 'forbidden'],
  // What was asked for is not there.
  ['admin', 'agents show nobody', 1, 'not_found'],
  ['admin', 'calls show call_x', 1, 'not_found'],
  ['admin', 'calls show call_x --reveal --reason why', 1, 'not_found'],
  ['admin', 'chain show chain_x', 1, 'not_found'],
  ['admin', 'policy explain call_x', 1, 'not_found'],
  ['admin', 'policy show --version 99', 1, 'not_found'],
  ['admin', 'approvals show apr_x', 1, 'not_found'],
  ['admin', 'changes show chg_x', 1, 'not_found'],
  ['admin', 'changes approve chg_x', 1, 'not_found'],
  ['admin', 'users token nobody@example.com', 1, 'not_found'],
  ['admin', 'hold lift hold_x --reason x', 1, 'not_found'],
  ['admin', 'policy shadow clear', 1, 'not_found'],
  ['admin', 'export --chain chain_x --reason x', 1, 'not_exported'],
  ['person', 'erase --subject zoe --basis law', 1, 'invalid'],
  // What may not be, or not now.
  ['admin', 'users token greta@example.com', 1, 'user_inactive'],
  ['approver', ['approvals', 'approve', 'APPROVAL', '--reason', 'x'], 1, 'not_a_reviewer'],
  ['admin', 'policy shadow set wrong', 1, 'invalid_policies'],
  ['admin', 'apply -f bad.yaml', 1, 'invalid_manifest'],
];

describe('what the exit code means', () => {
  test.each(CASES)('%s: countersign %s ends with %i, for `%s`', async (who, line, exitCode, code) => {
    const words = (typeof line === 'string' ? line.split(' ') : line).map((word) =>
      word === 'APPROVAL' ? approval : word,
    );
    const env: Record<string, string> = who === 'admin' ? {} : { COUNTERSIGN_TOKEN: tokens.get(who) ?? '' };
    const plain = await admin.cli(words, env);
    expect([plain.code, plain.out]).toEqual([exitCode, '']);
    expect(plain.err).not.toBe('');
    const json = await admin.cli([...words, '--json'], env);
    const { error } = JSON.parse(json.out) as { error: Record<string, unknown> };
    expect([json.code, json.err]).toEqual([plain.code, plain.err]);
    expect(error).toMatchObject({ code, exitCode, message: expect.stringMatching(/./) });
  });

  test('one that is busy or broken has not answered', () => {
    expect([
      exitCodeOf(409, 'busy'),
      exitCodeOf(429, 'busy'),
      exitCodeOf(503, 'log_unavailable'),
      exitCodeOf(404, null),
    ]).toEqual([2, 2, 2, 2]);
    expect([exitCodeOf(409, 'conflict'), exitCodeOf(200, 'invalid_policies')]).toEqual([1, 1]);
  });
});

describe('an error as JSON', () => {
  test('is not put behind a file that goes to standard output', async () => {
    const { code, out, err } = await admin.cli('export --chain chain_x --reason x --out - --json');
    expect([code, out, err]).toEqual([1, '', expect.stringContaining('`chain_x`')]);
  });

  test('is told of a gateway that is not there', async () => {
    const { code, out } = await runCommand('calls list --json --url http://127.0.0.1:9 --token csn_x');
    expect([code, JSON.parse(out)]).toMatchObject([2, { error: { code: 'unreachable', exitCode: 2 } }]);
    const lost = await runCommand('calls list --json');
    expect(JSON.parse(lost.out)).toMatchObject({ error: { code: 'no_gateway' } });
  });

  test('is told of a file that cannot be read', async () => {
    const { code, out, err } = await runCommand(['verify', '--json', '--timestamp-ca', '/not/there', '/']);
    expect([code, out === '', err]).toMatchObject([2, false, expect.stringMatching(/./)]);
  });

  test('is no answer where nobody asked for JSON', async () => {
    expect((await runCommand(['calls', 'show', '--', '--json'])).out).toBe('');
  });
});
