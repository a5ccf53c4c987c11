// What is stored of people, from outside: secrets that never reach a file, a person's data that two people erase for good,
// a legal hold that keeps it, a kill in the middle, and a backup that brings it back (issue 4, item 6).
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli, spawnGateway, type Gateway } from '@countersign/testkit';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { entriesOf } from './entries.ts';
import { callModern } from './modern-call.ts';
import { type ChangeView, openPublishers, parsed, type Publishers } from './publisher.ts';
import { startWorld, type World } from './world.ts';

const ZELDA = 'zelda.quux@elsewhere.example';
const SAID = 'the garden gate squeaks at midnight';
const JWT = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ6ZWxkYSIsImV4cCI6MX0.c2lnbmF0dXJlLXNpZ25hdHVyZQ';
const CARD = '4111-1111-1111-1111';
const PASSWORD = 'correct-horse-battery';
const ORDER = 'ACME-00421337';

let world: World;
let vault: string;
let gateway: Gateway;
let people: Publishers;
let adminToken: string | undefined;

beforeAll(async () => {
  vault = mkdtempSync(join(tmpdir(), 'countersign-vault-'));
  const payloadKey = join(vault, 'payload.key');
  writeFileSync(payloadKey, Buffer.alloc(32, 9).toString('base64url'), { mode: 0o600 });
  world = await startWorld({
    config: {
      log: {
        keyStore: join(vault, 'keys.db'),
        payloadKey: { file: payloadKey },
        neverStore: { patterns: ['ACME-\\d{8}'] },
      },
    },
  });
  gateway = world.gateway;
  adminToken = gateway.adminToken;
  people = await openPublishers(gateway);
});
afterAll(async () => {
  await people.close();
  await gateway.dispose();
  await world.close();
  rmSync(vault, { recursive: true, force: true });
});

async function call(text: string, subject?: string): Promise<string> {
  const url = `${gateway.data}/mcp/fixture`;
  const person = subject === undefined ? {} : { subject };
  const token = await world.issuer.mint({ clientId: 'worker', resource: url, ...person });
  return (await callModern({ url, token, tool: 'echo', args: { text } })).text();
}

async function callMany(count: number, subject: string): Promise<void> {
  for (let done = 0; done < count; done += 10)
    await Promise.all(Array.from({ length: 10 }, (_, i) => call(`${SAID}, ${done + i}`, subject)));
}

/** Files of the data folder, and of where the keys are, that hold the text. */
function filesWith(text: string): readonly string[] {
  const search = (folder: string): string[] =>
    readdirSync(folder).flatMap((name) => {
      const path = join(folder, name);
      if (statSync(path).isDirectory()) return search(path);
      return readFileSync(path).includes(text) ? [path] : [];
    });
  return [gateway.dataDir, vault].flatMap(search);
}
const gone = (...texts: readonly string[]) =>
  vi.waitFor(() => expect(texts.flatMap(filesWith)).toEqual([]), { timeout: 30_000, interval: 100 });

async function erase(...options: readonly string[]): Promise<ChangeView & { readonly effect: unknown }> {
  const basis = ['--basis', 'GDPR Art. 17(1)(b), ticket 7'];
  return parsed(await people.as('victor', 'erase', ...options, ...basis, '--json')) as never;
}

interface Report {
  readonly verdict: string;
  readonly details: { readonly redacted: number; readonly erased: number; readonly withheld: number };
}
const verify = async () => {
  const { code, stdout } = await gateway.cli('verify', '--json');
  return { code, report: JSON.parse(stdout) as Report };
};

async function admin<T>(path: string): Promise<T> {
  const answer = await fetch(`${gateway.admin}/api/v1${path}`, {
    headers: { authorization: `Bearer ${adminToken}` },
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as T;
}

/** The same folder, started again. */
async function restart(): Promise<void> {
  gateway = await spawnGateway({ config: world.setup, dataDir: world.gateway.dataDir });
  people.moveTo(gateway);
}

test('what looks like a secret reaches the server, and no file', async () => {
  const text = `use ${JWT}, pay with ${CARD}`;
  expect(await call(text)).toContain(JWT);
  expect(await call(JSON.stringify({ password: PASSWORD, other: 'x' }))).toContain(PASSWORD);
  expect(await call(`for order ${ORDER}`)).toContain(ORDER);
  for (const secret of [JWT, CARD, PASSWORD, ORDER])
    expect([secret, filesWith(secret)]).toEqual([secret, []]);
  const { calls } = await world.admin<{ calls: readonly { id: string }[] }>('/calls?limit=3');
  const stored = await Promise.all(
    calls.map(async ({ id }) => {
      const revealed = await fetch(`${gateway.admin}/api/v1/calls/${id}/reveal`, {
        method: 'POST',
        headers: { authorization: `Bearer ${gateway.adminToken}`, 'content-type': 'application/json' },
        body: JSON.stringify({ reason: 'to see what is there' }),
      });
      expect(revealed.status).toBe(200);
      return revealed.text();
    }),
  );
  for (const secret of [JWT, CARD, PASSWORD, ORDER]) expect(JSON.stringify(stored)).not.toContain(secret);
  expect(JSON.stringify(stored)).toContain('[redacted]');
});

test('one person alone cannot erase; two can, and nothing of it is left in any file', async () => {
  await callMany(40, ZELDA);
  expect(filesWith(ZELDA)).not.toEqual([]);
  expect(filesWith(SAID)).toEqual([]);
  const change = await erase('--subject', ZELDA);
  expect(change).toMatchObject({ state: 'pending', effect: { calls: 40, entries: 80, exports: [] } });
  const alone = await people.as('victor', 'changes', 'approve', change.id, '--reason', 'me');
  expect([alone.code, alone.stderr]).toEqual([1, expect.stringContaining('another person')]);
  expect(await people.approve(change.id)).toMatchObject({ state: 'applied' });
  await gone(ZELDA, SAID);
  const { code, report } = await verify();
  expect([code, report.verdict, report.details.erased, report.details.withheld]).toEqual([
    0,
    'consistent',
    0,
    0,
  ]);
  expect(report.details.redacted).toBeGreaterThan(200);
  const fsck = await gateway.cli('log', 'fsck');
  expect([fsck.code, fsck.stderr]).toEqual([0, '']);
});

test('an exported copy is named, since it cannot be reached; a legal hold keeps what it finds', async () => {
  await callMany(10, ZELDA);
  const file = join(vault, 'export.jsonl');
  const exported = await people.as(
    'victor',
    'export',
    '--format',
    'jsonl',
    '--out',
    file,
    '--reason',
    'audit',
  );
  expect([exported.code, exported.stderr]).toMatchObject([0, expect.any(String)]);
  rmSync(file);
  const hold = parsed(
    await people.as('victor', 'hold', 'set', `subject:${ZELDA}`, '--reason', 'case 4711', '--json'),
  ) as { id: string };
  const refused = await people.as('victor', 'erase', '--subject', ZELDA, '--basis', 'GDPR Art. 17');
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining(`${hold.id}\` (case 4711)`)]);
  expect((await people.as('victor', 'hold', 'lift', hold.id, '--reason', 'settled')).code).toBe(0);
  const change = await erase('--subject', ZELDA);
  expect(change).toMatchObject({ effect: { exports: [{ format: 'jsonl', actor: expect.any(String) }] } });
  expect(await people.approve(change.id)).toMatchObject({ state: 'applied' });
  await gone(ZELDA);
  expect((await entriesOf(gateway, 'legal_hold.changed')).map(({ body }) => body['op'])).toEqual([
    'set',
    'lifted',
  ]);
});

test.each(['call', 'query'] as const)(
  'by --%s a legal hold keeps what it finds, and the rest goes; put back from a backup it goes again',
  async (by) => {
    const [kept, gone_] = [`kept by ${by}: ${SAID}`, `gone by ${by}: ${SAID}`];
    await call(kept, ZELDA);
    await call(gone_, ZELDA);
    const { calls } = await admin<{ calls: readonly { id: string }[] }>('/calls?limit=2');
    const [goes = '', stays = ''] = calls.map(({ id }) => id);
    const since = (await admin<{ call: { startedAt: string } }>(`/calls/${stays}`)).call.startedAt;
    const hold = async (query: string): Promise<string> => {
      const set = await people.as('victor', 'hold', 'set', query, '--reason', 'case 4712', '--json');
      return (parsed(set) as { id: string }).id;
    };
    const chainOf = (await admin<{ call: { chain: string } }>(`/calls/${stays}`)).call.chain;
    const held = await hold(`chain:${chainOf}`);
    const asked = (id: string) =>
      by === 'call' ? ['--call', id] : ['--query', `subject:${ZELDA} from:${since}`];
    const basis = ['--basis', 'GDPR Art. 17'];
    const refused = await people.as('victor', 'erase', ...asked(stays), ...basis);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining(`${held}\` (case 4712)`)]);
    await gateway.stop();
    const backup = mkdtempSync(join(tmpdir(), 'countersign-backup-'));
    cpSync(gateway.dataDir, join(backup, 'data'), { recursive: true });
    cpSync(join(vault, 'keys.db'), join(backup, 'keys.db'));
    await restart();

    const change = await erase(...asked(goes), '--except-held');
    expect(change).toMatchObject({ effect: { calls: 1 } });
    expect(await people.approve(change.id)).toMatchObject({ state: 'applied' });
    const request = async (id: string): Promise<string> =>
      (await people.as('victor', 'calls', 'show', id, '--reveal', '--reason', 'a test', '--json')).stdout;
    expect(await request(goes)).not.toContain(gone_);
    expect(await request(stays)).toContain(kept);
    await gateway.stop();
    rmSync(gateway.dataDir, { recursive: true });
    cpSync(join(backup, 'data'), gateway.dataDir, { recursive: true });
    cpSync(join(backup, 'keys.db'), join(vault, 'keys.db'));
    rmSync(backup, { recursive: true });
    await restart();
    expect(await request(goes)).not.toContain(gone_);
    expect(await request(stays)).toContain(kept);
    expect(await verify()).toMatchObject({ code: 0, report: { details: { erased: 0 } } });
    expect((await people.as('victor', 'hold', 'lift', held, '--reason', 'settled')).code).toBe(0);
    expect(await people.approve((await erase('--subject', ZELDA)).id)).toMatchObject({ state: 'applied' });
    await gone(ZELDA);
  },
);

test('killed in the middle, it is finished at the next start', async () => {
  await callMany(200, ZELDA);
  const change = await erase('--subject', ZELDA);
  const approved = people.approve(change.id).catch(() => null);
  await vi.waitFor(
    async () => {
      const redactions = (await entriesOf(gateway, 'log.redacted')).filter(
        ({ body }) => body['change'] === change.id,
      );
      expect(redactions.length).toBeGreaterThan(0);
    },
    { timeout: 30_000, interval: 5 },
  );
  await gateway.kill('SIGKILL');
  await approved;
  await restart();
  await gone(ZELDA, SAID);
  const all = (await entriesOf(gateway, 'log.redacted')).filter(({ body }) => body['change'] === change.id);
  expect(all.reduce((sum, { body }) => sum + Number(body['entries']), 0)).toBeGreaterThanOrEqual(400);
  expect(await verify()).toMatchObject({
    code: 0,
    report: { verdict: 'consistent', details: { erased: 0 } },
  });
});

test.each([
  ['and its keys with it', true],
  ['without its keys', false],
])('put back from a backup, %s, it is erased again before anything is served', async (_what, withKeys) => {
  await callMany(10, ZELDA);
  await gateway.stop();
  const backup = mkdtempSync(join(tmpdir(), 'countersign-backup-'));
  mkdirSync(join(backup, 'data'));
  cpSync(gateway.dataDir, join(backup, 'data'), { recursive: true });
  cpSync(join(vault, 'keys.db'), join(backup, 'keys.db'));
  await restart();
  const change = await erase('--subject', ZELDA);
  expect(await people.approve(change.id)).toMatchObject({ state: 'applied' });
  await gone(ZELDA);
  await gateway.stop();

  rmSync(gateway.dataDir, { recursive: true });
  cpSync(join(backup, 'data'), gateway.dataDir, { recursive: true });
  if (withKeys) cpSync(join(backup, 'keys.db'), join(vault, 'keys.db'));
  rmSync(backup, { recursive: true });
  expect(filesWith(ZELDA)).not.toEqual([]);
  await restart();
  expect(filesWith(ZELDA)).toEqual([]);
  expect(await verify()).toMatchObject({
    code: 0,
    report: { verdict: 'consistent', details: { erased: 0 } },
  });
});

test('without the key that wraps the others nothing starts, and an auditor is told what is withheld', async () => {
  await gateway.stop();
  const key = join(vault, 'payload.key');
  const bytes = readFileSync(key);
  writeFileSync(key, Buffer.alloc(32, 8).toString('base64url'), { mode: 0o600 });
  await expect(restart()).rejects.toThrow(/wrapped by another payload key/);
  rmSync(key);
  await expect(restart()).rejects.toThrow(/is not there/);
  const { code, stdout } = await runCli(['verify', '--data', gateway.dataDir, '--json']);
  const report = JSON.parse(stdout) as Report;
  expect([code, report.verdict]).toEqual([0, 'consistent']);
  expect(report.details.withheld).toBeGreaterThan(0);
  writeFileSync(key, bytes, { mode: 0o600 });
  await restart();
  expect((await verify()).report.details.withheld).toBe(0);
});

test('without the key store nothing starts until somebody gives it up, which is on record', async () => {
  await call('read by nobody again');
  const { calls } = await admin<{ calls: readonly { id: string }[] }>('/calls?limit=1');
  const id = calls[0]?.id ?? '';
  await gateway.stop();
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(vault, `keys.db${suffix}`), { force: true });
  await expect(restart()).rejects.toThrow(/keys\.db` is not there: put back the newest copy/);
  const given = await runCli([
    'keys',
    'abandon',
    '--data',
    gateway.dataDir,
    '--reason',
    'its disk died',
    '--yes',
  ]);
  expect([given.code, given.stderr]).toEqual([0, expect.stringContaining('can never be read again')]);
  await restart();
  expect((await people.as('victor', 'calls', 'show', id)).stdout).toContain('key lost');
  expect((await entriesOf(gateway, 'key.revoked')).map(({ body }) => body['role'])).toEqual(['payload']);
  const { code, report } = await verify();
  expect([code, report.verdict]).toEqual([0, 'consistent']);
  expect(report.details.withheld).toBeGreaterThan(0);
});
