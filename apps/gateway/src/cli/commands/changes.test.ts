import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ServedAdmin, serveAdmin } from '../testing/served-admin.ts';

let admin: ServedAdmin;
let omar: Record<string, string>;
let fiona: Record<string, string>;

beforeAll(async () => {
  const review = { group: 'finance', quorum: 1, expiresHours: 1 };
  admin = await serveAdmin({ policies: { kind: 'published', review } });
  omar = { COUNTERSIGN_TOKEN: await admin.tokenFor('omar', ['admin']) };
  fiona = { COUNTERSIGN_TOKEN: await admin.tokenFor('fiona', ['approver']) };
  await mkdir(join(admin.dataDir, 'policies'));
});
afterAll(() => admin.close());

const write = (text: string) => writeFile(join(admin.dataDir, 'policies', 'all.cedar'), text);
async function propose(id: string): Promise<string> {
  await write(`@id("${id}")\npermit (principal, action, resource);\n`);
  const { code, out } = await admin.cli(['policy', 'publish', 'policies', '-m', `use ${id}`, '--json'], omar);
  expect(code).toBe(0);
  return (JSON.parse(out) as { change: { id: string } }).change.id;
}

describe('policy publish', () => {
  test('shows what changes, and that it waits', async () => {
    await write('@id("one")\npermit (principal, action, resource);\n');
    const dry = await admin.cli('policy publish policies --dry-run', omar);
    expect(dry).toMatchObject({
      code: 0,
      out: expect.stringContaining('added policy one (all.cedar)') as string,
    });
    expect((await admin.cli('changes list')).out).toBe('no change waits for approval');
    const { code, out } = await admin.cli(['policy', 'publish', 'policies', '-m', 'the first'], omar);
    expect(code).toBe(0);
    expect(out).toMatch(
      /\n {2}\+permit \(principal, action, resource\);\n\nchg_\w+ waits for approval, 0 of 1, by members of finance, not \w+: `countersign changes approve chg_\w+`$/,
    );
    const listed = await admin.cli('changes list --of policy --utc');
    expect(listed.out).toMatch(/chg_\w+ +policy +pending +omar +0\/1 .*the first$/);
    const id = /chg_\w+/.exec(out)?.[0] ?? '';
    expect(await admin.cli(['changes', 'withdraw', id, '--reason', 'too early'], omar)).toEqual({
      code: 0,
      out: `${id} is withdrawn: too early`,
      err: '',
    });
  });

  test('of what does not validate is a no, with its place', async () => {
    await write('\npermit (principal action, resource);');
    const { code, out } = await admin.cli(['policy', 'publish', 'policies', '-m', 'x'], omar);
    expect([code, out]).toEqual([1, expect.stringMatching(/^all\.cedar:2:\d+: error: /)]);
    expect(out).toContain('this set is refused, and the one in force stays');
  });

  test.each([
    ['without a reason', ['policy', 'publish', 'policies'], '`--message <text>` is missing'],
    [
      'of a folder without policies',
      ['policy', 'publish', 'keys', '-m', 'x'],
      'has no policy file (`*.cedar`) in it',
    ],
    ['of a folder that is not there', ['policy', 'publish', 'nowhere', '-m', 'x'], 'cannot be read'],
    ['of a version that is none', ['policy', 'rollback', 'first', '-m', 'x'], '`first` is no version'],
    ['of a state that is none', ['changes', 'list', '--state', 'open'], '`--state` is `open`'],
    ['without saying why not', ['changes', 'reject', 'chg_x'], '`--reason <text>` is missing'],
  ])('could not run %s', async (_what, command, message) => {
    expect(await admin.cli(command, omar)).toMatchObject({
      code: 2,
      err: expect.stringContaining(message) as string,
    });
  });
});

describe('changes', () => {
  test('are shown whole, approved by somebody else, and then in the history', async () => {
    const id = await propose('two');
    const shown = await admin.cli(`changes show ${id}`);
    expect(shown.out).toMatch(/^change +chg_/);
    expect(shown.out).toContain('approvals  0 of 1');
    expect((await admin.cli(`changes approve ${id}`, omar)).err).toContain('`omar` proposed this change');
    expect(await admin.cli(['changes', 'approve', id, '--reason', 'read it'], fiona)).toEqual({
      code: 0,
      out: `${id} is applied`,
      err: '',
    });
    expect((await admin.cli('policy history')).out).toMatch(/1 \(in force\) .* omar +fiona .* use two/);
    expect((await admin.cli('policy show')).out).toContain('state     as it should be');
    expect((await admin.cli('policy show --version 1')).out).toContain('added policy two (all.cedar)');
    expect((await admin.cli('policy show --version 9')).code).toBe(1);
  });

  test('that are rejected say why; that can no longer be made are a no', async () => {
    const [gone, late] = [await propose('three'), await propose('four')];
    const rejected = await admin.cli(['changes', 'reject', gone, '--reason', 'not clear'], fiona);
    expect(rejected).toMatchObject({ code: 0, out: `${gone} is rejected: not clear` });
    await admin.cli(`changes approve ${await propose('five')}`, fiona);
    const failed = await admin.cli(`changes approve ${late}`, fiona);
    expect([failed.code, failed.out]).toEqual([1, expect.stringContaining(`${late} failed: another`)]);
    const back = await admin.cli(['policy', 'rollback', '1', '-m', 'five was wrong'], omar);
    expect(back.out).toMatch(
      /removed policy five[^]*added policy two|added policy two[^]*removed policy five/,
    );
    expect((await admin.cli('changes list --all')).out).toContain('rejected');
  });
});
