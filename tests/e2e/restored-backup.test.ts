// A gateway whose database was put back from a backup, as an operator lives through it: it refuses to start, the log goes on
// under another name, and anybody can tell from both logs what happened.
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Gateway, runCli, spawnGateway } from '@countersign/testkit';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { callModern } from './modern-call.ts';
import { openPublishers, parsed } from './publisher.ts';
import { startWorld, type World } from './world.ts';

const NAME = 'restored.example/log';

let world: World;
let backup: string;
let lost: string;
const gateways: Gateway[] = [];

beforeAll(async () => {
  world = await startWorld();
  backup = join(mkdtempSync(join(tmpdir(), 'countersign-backup-')), 'data');
  await call('before the backup');
  const held = await callModern({
    url: `${world.gateway.data}/mcp/payments`,
    token: await world.token('clerk', '/mcp/payments'),
    tool: 'pay',
    args: { vendor: 'acme', amount_cents: 900_000, invoice: 'inv-1' },
  });
  await held.text();
  await world.gateway.stop();
  cpSync(world.gateway.dataDir, backup, { recursive: true });
});
afterAll(async () => {
  for (const gateway of gateways) await gateway.dispose();
  await world.close();
  rmSync(join(backup, '..'), { recursive: true, force: true });
});

async function call(text: string, gateway = world.gateway): Promise<void> {
  const url = `${gateway.data}/mcp/fixture`;
  const token = await world.issuer.mint({ clientId: 'worker', resource: url });
  const answer = await callModern({ url, token, tool: 'echo', args: { text } });
  expect(await answer.text()).toContain(text);
}
const dataDir = (): string => world.gateway.dataDir;

async function start(): Promise<Gateway> {
  const gateway = await spawnGateway({ config: world.setup, dataDir: dataDir() });
  gateways.push(gateway);
  return gateway;
}

interface Report {
  readonly verdict: string;
  readonly origin: string;
  readonly size: number;
  readonly firstFailure: { readonly code: string } | null;
  readonly details: { readonly redacted: number; readonly erased: number };
  readonly notProven: readonly string[];
}
async function verified(...args: string[]): Promise<{ code: number; report: Report }> {
  const { code, stdout } = await runCli(['verify', ...args, '--json']);
  return { code, report: JSON.parse(stdout) as Report };
}

test('a gateway on a database of yesterday does not start, and says why and what to do', async () => {
  const later = await start();
  await call('after the backup', later);
  await later.stop();
  lost = readFileSync(join(dataDir(), 'checkpoint'), 'utf8');
  for (const suffix of ['', '-wal', '-shm'])
    rmSync(join(dataDir(), `countersign.db${suffix}`), { force: true });
  cpSync(join(backup, 'countersign.db'), join(dataDir(), 'countersign.db'));
  await expect(start()).rejects.toThrow(
    /\d+ entries were signed, and the log has only \d+ of them.*log continue/,
  );
});

test('the ceremony ends the log so far and begins one that names its newest head', async () => {
  const { code, stdout, stderr } = await runCli([
    'log',
    'continue',
    '--data',
    dataDir(),
    '--origin',
    NAME,
    '--reason',
    'the disk of gw1 died',
    '--yes',
    '--json',
  ]);
  expect([code, stderr]).toEqual([0, expect.stringContaining(NAME)]);
  const { archive } = JSON.parse(stdout) as { archive: string };

  const gateway = await start();
  await call('in the new log', gateway);
  const tail = await gateway.cli('log', 'tail', '-n', '500', '--json');
  expect(tail.stdout).toContain('log.gap');
  expect(tail.stdout).toContain('approval.closed');
  const key = (await gateway.cli('log', 'key')).stdout.trim();
  expect(key.startsWith(`${NAME}+`)).toBe(true);
  const manifest = await fetch(`${gateway.admin}/api/v1/log/keys`);
  expect([manifest.status, await manifest.text()]).toEqual([200, expect.stringContaining(key)]);
  await gateway.stop();

  const now = await verified('--data', dataDir(), '--key', key);
  expect(now).toMatchObject({ code: 0, report: { origin: NAME, verdict: 'consistent', firstFailure: null } });
  const before = await verified(archive);
  expect(before).toMatchObject({ code: 0, report: { verdict: 'consistent', firstFailure: null } });
  expect(before.report.origin).not.toBe(NAME);
  // Whoever holds the newest checkpoint of the log so far, as its archive does, sees what it has lost.
  const held = join(archive, 'newest-known-checkpoint');
  expect(readFileSync(held, 'utf8')).toBe(lost);
  const missing = await verified(archive, '--checkpoint', held);
  expect(missing).toMatchObject({ code: 1, report: { firstFailure: { code: 'tail_missing' } } });
});

test('what is erased from then on goes from the archive of the log so far as well, and both verify', async () => {
  const gateway = await start();
  const people = await openPublishers(gateway);
  const basis = ['--basis', 'GDPR Art. 17', '--json'];
  const proposed = await people.as('victor', 'erase', '--query', 'agent:worker', ...basis);
  const change = parsed(proposed) as { id: string; effect: { archives: readonly { folder: string }[] } };
  const [archive] = change.effect.archives;
  const folder = join(dataDir(), archive?.folder ?? '');
  const before = (await verified(folder)).report.details;
  expect(await people.approve(change.id)).toMatchObject({ state: 'applied' });
  await vi.waitFor(
    async () => expect((await verified(folder)).report.details.redacted).toBeGreaterThan(before.redacted),
    { timeout: 30_000, interval: 200 },
  );
  const old = await verified(folder);
  expect(old).toMatchObject({ code: 0, report: { verdict: 'consistent', details: { erased: 0 } } });
  expect(old.report.notProven.join()).toContain(`\`${NAME}\``);
  await people.close();
  await gateway.stop();
  expect((await verified('--data', dataDir())).report).toMatchObject({ verdict: 'consistent' });
});
