import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recordCall } from '../../admin/testing/recorded-calls.ts';
import { type ServedAdmin, serveAdmin } from '../testing/served-admin.ts';

let admin: ServedAdmin;
let omar: Record<string, string>;
let fiona: Record<string, string>;
beforeAll(async () => {
  admin = await serveAdmin({ reviewers: 'finance' });
  omar = { COUNTERSIGN_TOKEN: await admin.tokenFor('omar', ['admin']) };
  fiona = { COUNTERSIGN_TOKEN: await admin.tokenFor('fiona', ['approver']) };
  const { call } = await recordCall(admin.store, { subject: 'customer-7' });
  const until = admin.deps.now() + 600_000;
  const invoice = admin.deps.registry.current().agents.get('invoice')?.uid ?? '';
  const rows = [invoice, 'sub_00000000000000000000000000000007'].map((holder) => ({
    put: 'exposures' as const,
    row: { holder, label: 'pii', until, call },
  }));
  await admin.store.commit({ entries: [], changes: rows });
});
afterAll(() => admin.close());

const idIn = (text: string): string => /chg_\w+/.exec(text)?.[0] ?? '';

describe('exposure', () => {
  test('is listed with what brought it, and cleared once somebody else agreed', async () => {
    const listed = await admin.cli('exposure list --agent invoice --utc', omar);
    expect(listed.out).toMatch(/^WHO .*\nagent invoice +agt_\w+ +pii .* call_\w+ +invoice +payments\/pay$/);
    const clear = ['exposure', 'clear', 'invoice', '--label', 'pii', '-m', 'a test file'];
    const proposed = await admin.cli(clear, omar);
    expect(proposed.out).toMatch(
      /would be cleared:\nWHO .*\nagent invoice .*\n\nchg_\w+ waits for approval, 0 of 1, by anybody with .*, not omar: `countersign changes approve chg_\w+`$/,
    );
    const id = idIn(proposed.out);
    expect((await admin.cli(`changes approve ${id}`, omar)).code).toBe(1);
    expect((await admin.cli(`changes approve ${id}`, fiona)).out).toBe(`${id} is applied`);
    expect((await admin.cli('exposure list --agent invoice', omar)).out).toBe(
      'nobody is exposed to anything',
    );
    expect((await admin.cli('exposure list --subject customer-7', omar)).out).toContain('person customer-7');
  });

  test('of a person is cleared by the name in tokens', async () => {
    const line = 'exposure clear --subject customer-7 --label pii --json -m same';
    const { code, out } = await admin.cli(line, omar);
    expect([code, JSON.parse(out)]).toMatchObject([0, { of: 'exposure', state: 'pending' }]);
  });

  test.each([
    ['exposure clear --label pii -m x', 2, 'nobody is named'],
    ['exposure clear invoice -m x', 2, '`--label <label>` is missing'],
    ['exposure clear invoice --label pii', 2, '`--message <text>` is missing'],
    ['exposure clear ghost --label pii -m x', 1, 'agent `ghost` is not registered'],
    ['exposure list --agent ghost', 1, 'agent `ghost` is not known here'],
  ])('%s is refused', async (line, code, message) => {
    expect(await admin.cli(line, omar)).toMatchObject({
      code,
      err: expect.stringContaining(message) as string,
    });
  });
});

describe('apply, where the registry is reviewed', () => {
  const agent = (more: string) =>
    `apiVersion: countersign.dev/v1alpha1\nkind: Agent\nmetadata: {name: invoice}\nspec: {owner: omar, team: billing, purpose: pays invoices, environment: production, capabilities: [pay]${more}}\n`;
  const write = (text: string) => writeFile(join(admin.dataDir, 'a.yaml'), text);

  test('says what waits, shows what it would do, and is in force once agreed to', async () => {
    await write(agent(', risk: low'));
    expect((await admin.cli('apply -f a.yaml', omar)).err).toContain('say why with a message');
    const applied = await admin.cli('apply -f a.yaml -m lower', omar);
    expect([applied.code, applied.out]).toEqual([
      0,
      expect.stringMatching(/proposed +Agent +invoice\n.*countersign changes show chg_\w+$/),
    ]);
    const id = idIn(applied.out);
    const shown = await admin.cli(`changes show ${id}`, fiona);
    expect(shown.out).toContain('updated Agent invoice\n  risk: "medium" → "low"');
    expect(shown.out).toContain('no recorded call was decided again: no policy set is in force');
    expect((await admin.cli(`changes approve ${id}`, fiona)).out).toBe(`${id} is applied`);
    expect((await admin.cli('agents show invoice', omar)).out).toMatch(/risk +low/);
  });

  test('shows the calls that would have been decided otherwise', async () => {
    await admin.publish([{ file: 'a.cedar', text: '@id("a") permit (principal, action, resource);' }]);
    await write(agent(', risk: high'));
    const { out } = await admin.cli('apply -f a.yaml -m higher --json', omar);
    const shown = await admin.cli(['changes', 'show', (JSON.parse(out) as { change: string }).change], fiona);
    expect(shown.out).toMatch(/none of the latest \d+ recorded decisions? is about what it changes/);
  });
});
