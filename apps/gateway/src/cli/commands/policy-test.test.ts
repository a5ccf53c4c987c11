import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CaseReport } from '@countersign/policy';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startAdmin } from '../../admin/testing/admin-under-test.ts';
import { type Ran, runCommand } from '../testing/command-line.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-cases-'));
  await mkdir(join(folder, 'policies', 'cases'), { recursive: true });
  await write('policies/base.cedar', POLICIES);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const POLICIES = `@id("low")
permit (principal is Agent, action, resource) when { principal.risk < 3 };
@id("nobody-stages")
forbid (principal is Agent, action, resource) when { principal.environment == "staging" };
`;
const PASSES = '- name: a low risk may\n  want: { outcome: allow, determining: [low] }\n';
const FAILS = '- name: a high risk may\n  facts: { principal: { risk: 3 } }\n  want: { outcome: allow }\n';

const write = (name: string, text: string) => writeFile(join(folder, name), text);
const cli = (line: string): Promise<Ran> => runCommand(line, { cwd: folder });

test('cases that pass: how many, and which policies none of them tried', async () => {
  await write('policies/cases/a.yaml', PASSES);
  const { code, out } = await cli('policy test policies');
  expect(code).toBe(0);
  expect(out).toMatch(/nobody-stages +forbid +0 +0 +never matched +base\.cedar:3:1/);
  expect(out).not.toMatch(/^low /m);
  expect(out).toContain('1 of 1 cases passed; they matched 1 of 1 permits, 0 of 1 forbids (50 %)');
  expect((await cli('policy test policies --coverage')).out).toMatch(/low +permit +1 +0 +matched/);
});

test('a case that fails: what it wanted and got, the sentence, and what came closest', async () => {
  await write('policies/cases/a.yaml', `${PASSES}${FAILS}`);
  const { code, out } = await cli('policy test policies');
  expect(code).toBe(1);
  expect(out).toContain('FAILED policies/cases/a.yaml:3:3: a high risk may');
  expect(out).toMatch(/ {2}outcome: wanted "allow"\n +got "deny"/);
  expect(out).toContain('denied: no policy permits it.');
  expect(out).toContain('came closest: low (base.cedar:1:1)\n    did not hold: principal.risk < 3');
  expect(out).toContain('1 of 2 cases passed');
});

test('a set that is refused is told once, with what its cases would have to declare', async () => {
  await write(
    'policies/pay.cedar',
    '@id("pay") permit (principal is Agent, action == Action::"bank/pay", resource);',
  );
  await write('policies/cases/a.yaml', `${PASSES}${FAILS}`);
  const { code, out, err } = await cli('policy test policies');
  expect(code).toBe(1);
  expect(out.match(/unrecognized action/g)).toHaveLength(1);
  expect(out).toMatch(/a high risk may\n {2}its policies are refused, as above/);
  expect(err).toMatch(/^cases without a `catalogue` know one tool, .* or give `--data <folder>`$/);
});

test('too few policies tried is a failure, where that is asked for', async () => {
  await write('policies/cases/a.yaml', PASSES);
  expect((await cli('policy test policies --min-coverage 50')).code).toBe(0);
  const { code, out } = await cli('policy test policies --min-coverage 51');
  expect([code, out]).toEqual([1, expect.stringContaining('less than the 51 % that are asked for')]);
  expect((await cli('policy test policies --min-coverage half')).code).toBe(2);
});

test('the whole report as JSON', async () => {
  await write('policies/cases/a.yaml', PASSES);
  const report = JSON.parse((await cli('policy test policies --json')).out) as CaseReport & {
    covered: number;
  };
  expect(report).toMatchObject({ ok: true, covered: 50, results: [{ name: 'a low risk may', ok: true }] });
});

test('policies of several folders are one set', async () => {
  await mkdir(join(folder, 'more'));
  await write(
    'more/more.cedar',
    '@id("more") permit (principal is Agent, action, resource) when { principal.risk == 3 };\n',
  );
  await write('policies/cases/a.yaml', FAILS);
  expect((await cli('policy test policies')).code).toBe(1);
  const { code, out } = await cli('policy test policies --with more');
  expect([code, out]).toEqual([0, expect.stringContaining('1 of 2 permits')]);
});

test('cases in another folder, in one file, or by a pattern', async () => {
  await write('one.yaml', PASSES);
  await write('two.yaml', PASSES);
  const passed = async (cases: string) => (await cli(`policy test policies --cases ${cases}`)).out;
  expect(await passed('one.yaml')).toContain('1 of 1 cases');
  expect(await passed('.')).toContain('2 of 2 cases');
  expect(await passed('t*.yaml')).toContain('1 of 1 cases');
});

test.each([
  [
    'a misspelt key',
    '- name: a\n  want: { oucome: allow }\n',
    'cases/a.yaml:2:11: error: unknown key `oucome`',
  ],
  ['broken YAML', '- name: [\n', 'cases/a.yaml:'],
])('%s ends it with 2 and the place, whatever else passes', async (_what, text, message) => {
  await write('policies/cases/a.yaml', text);
  await write('policies/cases/b.yaml', PASSES);
  const { code, out, err } = await cli('policy test policies');
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(message);
});

test('without a case, a policy, or a folder it could not run', async () => {
  expect((await cli('policy test policies')).code).toBe(2);
  expect((await cli('policy test policies/cases')).code).toBe(2);
  expect((await cli('policy test nowhere')).code).toBe(2);
});

test('cases without a catalogue are typed by what a data folder has registered', async () => {
  const admin = await startAdmin();
  await write(
    'policies/base.cedar',
    '@id("guard") @approve("finance") forbid (principal, action, resource);\n',
  );
  await write('policies/cases/a.yaml', '- { name: a, want: { outcome: deny } }\n');
  expect((await cli('policy test policies')).out).toContain('`finance` is not a registered group');
  expect((await cli(`policy test policies --data ${admin.dataDir}`)).code).toBe(0);
  await admin.close();
});
