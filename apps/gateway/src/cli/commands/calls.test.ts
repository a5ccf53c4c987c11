import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { EntryPage } from '../../admin/client.ts';
import { type AdminUnderTest, startAdmin } from '../../admin/testing/admin-under-test.ts';
import { recordCall, recordOutcome, type RecordedCall } from '../../admin/testing/recorded-calls.ts';
import { recordRebuilds } from '../../search/rebuilds.ts';
import { dataPaths } from '../../store/paths.ts';
import { openReaders } from '../../store/sqlite/readers.ts';
import { runCommand } from '../testing/command-line.ts';
import { type ServedAdmin, serveAdmin } from '../testing/served-admin.ts';

describe('calls on the command line', () => {
  let admin: ServedAdmin;
  let paid: RecordedCall;
  beforeAll(async () => {
    admin = await serveAdmin();
    paid = await recordCall(admin.store, { agent: 'invoice', subject: 'fiona' });
    await recordOutcome(admin.store, paid, '{"receipt":"number 4711"}');
    await recordCall(admin.store, { agent: 'marketing', decision: 'deny' });
  });
  afterAll(() => admin.close());

  test('are found by any combination of filters, page by page', async () => {
    const { out } = await admin.cli([
      'calls',
      'list',
      '--owner',
      'omar',
      '--text',
      'INVOICE pay',
      '--label',
      'money',
    ]);
    expect(out.split('\n')).toHaveLength(2);
    expect(out).toContain(paid.call);
    const first = await admin.cli('calls list --limit 1');
    const cursor = /--cursor (\S+)/.exec(first.err)?.[1] ?? '';
    const second = await admin.cli(`calls list --limit 1 --cursor ${cursor}`);
    expect(second.out).toContain(paid.call);
    expect(second.err).toBe('');
  });

  test.each([
    ['calls list --decision perhaps', '`--decision` is `perhaps`: give one of allow, deny, hold'],
    ['calls list --outcome fine', '`--outcome` is `fine`: give one of ok, tool_error'],
    ['log entries --kind admin.acton', 'did you mean admin.action'],
    ['calls search 4711', '--reason'],
    ['calls show call_x --reveal', '`--reason`'],
  ])('`%s` cannot be run, and says what would do', async (line, said) => {
    const { code, err } = await admin.cli(line);
    expect([code, err]).toEqual([2, expect.stringContaining(said)]);
  });

  test('are counted', async () => {
    const { out } = await admin.cli('calls count --decision deny');
    expect(out).toMatch(/^1 call\nBY /);
    expect(out).toMatch(/agent +marketing +1/);
    expect((await admin.cli('calls count --agent nobody')).out).toBe('0 calls');
  });

  test('show what they carried only with a reason', async () => {
    const plain = await admin.cli(`calls show ${paid.call}`);
    expect(plain.code).toBe(0);
    expect(plain.out).not.toContain('4711');
    expect(plain.out).toContain('context.input.amount_cents = (not shown)');
    expect(plain.out).toContain('not shown: request, result, reads');
    const revealed = await admin.cli(['calls', 'show', paid.call, '--reveal', '--reason', 'a complaint']);
    expect(revealed.out).toContain('{"receipt":"number 4711"}');
    expect(revealed.out).toContain('context.input.amount_cents = 1200');
  });

  test('are searched for what they carried, which is on record', async () => {
    const { code, out, err } = await admin.cli(['calls', 'search', 'number 4711', '--reason', 'a complaint']);
    expect(code).toBe(0);
    expect(out).toContain(paid.call);
    expect(err).toContain('searched');
    const entries = await admin.cli('log entries --kind log.read --json');
    expect(JSON.parse(entries.out)).toMatchObject({ entries: [{ body: { of: 'text', count: 1 } }, {}] });
  });

  test('show who looked, and why', async () => {
    const { out } = await admin.cli('log entries --kind log.read');
    expect(out).toMatch(/log\.read .* by=admin reason="a complaint"/);
    const { entries } = JSON.parse((await admin.cli('log entries --json')).out) as EntryPage;
    expect(entries.filter(({ by }) => by !== null).map(({ kind }) => kind)).toEqual(['log.read', 'log.read']);
  });

  test('say that somebody changed the index, and end with 1', async () => {
    const call = await recordCall(admin.store);
    const db = new Database(dataPaths(admin.dataDir).database);
    db.prepare("UPDATE calls SET agent = 'scapegoat' WHERE id = ?").run(call.call);
    db.close();
    const { code, out } = await admin.cli(`calls show ${call.call}`);
    expect([code, out]).toEqual([1, expect.stringContaining('THE INDEX WAS CHANGED')]);
    expect(out).toContain('agent: the index says "scapegoat", the log "invoice"');
    expect((await admin.cli('calls list --agent scapegoat')).out).toContain('INDEX CHANGED');
  });
});

describe('countersign log rebuild', () => {
  let admin: AdminUnderTest;
  beforeEach(async () => {
    admin = await startAdmin();
    for (let i = 0; i < 3; i += 1) await recordOutcome(admin.store, await recordCall(admin.store));
  });
  afterEach(() => admin.close());
  const rebuild = () =>
    runCommand('log rebuild', { env: { COUNTERSIGN_DATA: admin.dataDir }, cwd: admin.dataDir });

  test('is refused while a gateway runs', async () => {
    expect(await rebuild()).toMatchObject({ code: 2, err: expect.stringContaining('another process') });
  });

  test('puts right what somebody changed, and is recorded at the next start, once', async () => {
    await admin.store.close();
    const db = new Database(dataPaths(admin.dataDir).database);
    const rows = () => db.prepare('SELECT * FROM calls ORDER BY seq').all();
    const before = rows();
    db.exec("DELETE FROM calls WHERE seq = 1; UPDATE calls SET agent = 'scapegoat'");
    expect(await rebuild()).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^rebuilt the index: 3 calls from/),
    });
    expect(rows()).toEqual(before);
    db.close();

    const { readers, close } = openReaders(admin.dataDir);
    const recorded: unknown[] = [];
    const writer = {
      commit: async (request: unknown) => {
        recorded.push(request);
        return { ok: true, receipts: [] } as const;
      },
    };
    expect(await recordRebuilds(writer, readers.calls)).toBe(1);
    close();
    expect(recorded).toMatchObject([
      {
        entries: [{ kind: 'admin.action', body: { action: 'index_rebuilt' } }],
        changes: [{ remove: 'index_rebuilds' }],
      },
    ]);
  });
});
