import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogReport } from '@countersign/audit';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type AdminUnderTest, startAdmin } from '../../admin/testing/admin-under-test.ts';
import { recordCall, recordOutcome, recordPolicySet } from '../../admin/testing/recorded-calls.ts';
import { dataPaths } from '../../store/paths.ts';
import { type Ran, runCommand } from '../testing/command-line.ts';

let admin: AdminUnderTest;
let decided: number;

beforeEach(async () => {
  admin = await startAdmin();
  await recordPolicySet(admin.store);
  for (let i = 0; i < 5; i += 1) {
    const call = await recordCall(admin.store);
    decided = call.index;
    await recordOutcome(admin.store, call);
  }
});
afterEach(() => admin.close());

const cli = (line: string): Promise<Ran> =>
  runCommand(line, { env: { COUNTERSIGN_DATA: admin.dataDir }, cwd: admin.dataDir });

/** Does what somebody with the disk can do: the guard-rails of the schema do not hold them. */
function tamper(...statements: readonly string[]): void {
  const db = new Database(dataPaths(admin.dataDir).database);
  db.exec('DROP TRIGGER IF EXISTS entries_no_update; DROP TRIGGER IF EXISTS entries_no_delete;');
  for (const statement of statements) db.exec(statement);
  db.close();
}

const signedCheckpoint = (): Promise<string> =>
  vi.waitFor(
    async () => {
      const { code, out } = await cli('log checkpoint');
      expect([code, out.split('\n')[1]]).toEqual([0, String(admin.store.health().size)]);
      return `${out}\n`;
    },
    { timeout: 20_000, interval: 100 },
  );

describe('countersign verify', () => {
  test('says level by level what holds, and what nobody can know', async () => {
    const { code, out } = await cli('verify');
    expect(code).toBe(0);
    expect(out).toMatch(/structure +passed/);
    expect(out).toMatch(/hashChain +passed/);
    expect(out).toMatch(/external +not checked/);
    expect(out).toContain('a cut-off tail cannot be known without a checkpoint held elsewhere');
    expect(out).not.toMatch(/\bOK\b/);
  });

  test('gives the whole report as JSON', async () => {
    const report = JSON.parse((await cli('verify --json')).out) as LogReport;
    expect(report).toMatchObject({ verdict: 'consistent', size: admin.store.health().size });
  });

  test('runs beside a gateway that writes', async () => {
    const before = admin.store.health().size;
    await Promise.all([cli('verify'), recordCall(admin.store)]);
    expect(admin.store.health().size).toBe(before + 1);
    expect((await cli('verify')).code).toBe(0);
  });

  test.each([
    [
      'one changed byte',
      (i: number) => [
        `UPDATE entries SET header = CAST(replace(CAST(header AS TEXT), '"depth":1', '"depth":2') AS BLOB) WHERE idx = ${i}`,
      ],
    ],
    [
      'two entries swapped',
      (i: number) => [
        `UPDATE entries SET idx = -1 WHERE idx = ${i}`,
        `UPDATE entries SET idx = ${i} WHERE idx = ${i + 1}`,
        `UPDATE entries SET idx = ${i + 1} WHERE idx = -1`,
      ],
    ],
    ['one deleted in the middle', (i: number) => [`DELETE FROM entries WHERE idx = ${i}`]],
    [
      'an altered detail',
      (i: number) => [
        `UPDATE payloads SET sealed = CAST(substr(sealed, 1, 20) || x'00' || substr(sealed, 22) AS BLOB) WHERE idx = ${i}`,
      ],
    ],
  ])('finds %s, and names the place', async (_what, statements) => {
    tamper(...statements(decided));
    const { code, out } = await cli('verify');
    expect(code).toBe(1);
    expect(out).toContain(`broken at entry ${decided}`);
  });

  test('cannot see that the tail was cut off, says so, and sees it with a checkpoint held elsewhere', async () => {
    const checkpoint = await signedCheckpoint();
    await writeFile(join(admin.dataDir, 'held-elsewhere'), checkpoint);
    const last = admin.store.health().size - 1;
    const file = join(admin.dataDir, 'copy.db');
    const db = new Database(dataPaths(admin.dataDir).database);
    await db.backup(file);
    db.close();
    const copy = new Database(file);
    copy.exec(
      `DROP TRIGGER entries_no_delete; DELETE FROM entries WHERE idx = ${last}; DELETE FROM payloads WHERE idx = ${last}; DELETE FROM checkpoints`,
    );
    copy.close();

    const blind = await cli('verify copy.db');
    expect([blind.code, blind.out]).toEqual([0, expect.stringContaining('a cut-off tail cannot be known')]);
    const seeing = await cli(`verify copy.db --checkpoint held-elsewhere --key ${admin.vkey}`);
    expect([seeing.code, seeing.out]).toEqual([1, expect.stringContaining(`entry ${last} is missing`)]);
  });

  test('a key from elsewhere that is not this log’s key proves the checkpoints wrong', async () => {
    await signedCheckpoint();
    const other = await startAdmin();
    const { code } = await cli(`verify --key ${other.vkey}`);
    await other.close();
    expect(code).toBe(1);
  });

  test('ends with 2 where it could not run', async () => {
    expect((await cli('verify --checkpoint nowhere')).code).toBe(2);
    expect((await cli('verify --key nowhere')).code).toBe(2);
    await writeFile(
      join(admin.dataDir, 'other.db'),
      'this is no database at all, however long it may be, and never was',
    );
    expect((await cli('verify other.db')).code).toBe(2);
  });
});

describe('countersign log', () => {
  test('tail prints the newest entries', async () => {
    const { code, out } = await cli('log tail -n 2 --utc');
    expect(code).toBe(0);
    expect(out.split('\n')).toHaveLength(2);
    expect(out).toContain('call.completed');
    const [line] = (await cli('log tail -n 1 --json')).out.split('\n');
    expect(JSON.parse(line ?? '')).toMatchObject({
      header: { kind: 'call.completed', index: admin.store.health().size - 1 },
    });
  });

  test('fsck finds the index as the log says', async () => {
    const { code, out } = await cli('log fsck');
    expect([code, out]).toEqual([0, expect.stringMatching(/what is stored of \d+ entries is sound/)]);
  });

  test.each([
    ['a hidden row', 'DELETE FROM calls WHERE decided_index = $', 'is in the log and missing from the index'],
    ['a changed row', "UPDATE calls SET decision = 'deny' WHERE decided_index = $", 'differs in `decision`'],
    [
      'an invented row',
      "CREATE TEMP TABLE copied AS SELECT * FROM calls WHERE decided_index = $; UPDATE copied SET seq = seq + 1000, id = 'call_invented'; INSERT INTO calls SELECT * FROM copied",
      'and no entry tells of it',
    ],
    [
      'a moved head of a chain',
      'UPDATE chains SET last_index = last_index - 1 WHERE last_index = $ + 1',
      'the head of chain',
    ],
  ])('fsck finds %s', async (_what, statement, message) => {
    tamper(statement.replaceAll('$', String(decided)));
    const { code, out } = await cli('log fsck');
    expect([code, out]).toEqual([1, expect.stringContaining(message)]);
    expect((await cli('verify')).code).toBe(0);
  });
});

describe('countersign policy check', () => {
  const check = async (text: string): Promise<Ran> => {
    const folder = join(admin.dataDir, 'policies');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'all.cedar'), text);
    return cli('policy check policies');
  };

  test('takes a set that would go live', async () => {
    const { code, out } = await check(
      '@id("owners")\npermit (principal, action, resource) when { principal.risk < 3 };\n',
    );
    expect([code, out]).toEqual([0, '1 policy in 1 file, no warning: it could go live']);
  });

  test('refuses one that would not, with file, line and column', async () => {
    const { code, out } = await check(
      '@id("typo")\npermit (principal, action, resource)\n  when { principal.rsik < 3 };\n',
    );
    expect(code).toBe(1);
    expect(out).toMatch(/^all\.cedar:\d+:\d+: error: /);
  });

  test('refuses a guard for a group that nobody registered', async () => {
    const { code, out } = await check(
      '@id("g")\n@approve("nobody")\nforbid (principal, action, resource);\n',
    );
    expect([code, out]).toEqual([1, expect.stringContaining('nobody')]);
  });

  test('could not run on a folder that is not there', async () => {
    expect((await cli('policy check nowhere')).code).toBe(2);
  });
});

describe('countersign doctor', () => {
  test('finds a sound data folder well', async () => {
    const { code, out } = await cli('doctor');
    expect(out).toMatch(/node +fine/);
    expect(out).toMatch(/log +fine +test\.example\/log/);
    expect(out).toMatch(/gateway +absent/);
    expect(code).toBe(0);
  });

  test('names the key, the value and the fix of a wrong configuration', async () => {
    await writeFile(join(admin.dataDir, 'config.yaml'), 'dataPlane: {prot: 1}\n');
    const { code, out } = await cli('doctor --config config.yaml');
    expect([code, out]).toEqual([1, expect.stringContaining('did you mean `port`')]);
  });
});
