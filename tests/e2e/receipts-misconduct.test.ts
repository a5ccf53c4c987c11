// A log rewritten by whoever holds the database and all keys verifies without a fault; the receipts in the callers' hands
// tell what it did, and `countersign verify receipt` shows them for the proof that they are.
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateNoteKey, parseReceipt, type Receipt } from '@countersign/audit';
import { runCli } from '@countersign/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { forgeLog, type ForgedHeader } from './forger.ts';
import { callModern } from './modern-call.ts';
import { receiptKeysOf } from './receipt-keys.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let folder: string;
let trust: string;
/** As the caller got them, with its calls, oldest first. */
let held: string[];

beforeAll(async () => {
  // Longer than any run of these tests: that a promise has run out is said, never waited for.
  world = await startWorld({ config: { log: { inclusionPromise: 3600 } } });
  folder = mkdtempSync(join(tmpdir(), 'countersign-misconduct-'));
  trust = join(folder, 'trust');
  writeFileSync(trust, (await receiptKeysOf(world.gateway)).trust);
  const url = `${world.gateway.data}/mcp/fixture`;
  const token = await world.token('worker', '/mcp/fixture');
  held = [];
  for (let i = 0; i < 6; i += 1) {
    const response = await callModern({ url, token, tool: 'echo', args: { text: `${i}` } });
    await response.text();
    held.push(response.headers.get('countersign-receipt') ?? '');
  }
  await world.gateway.stop();
});
afterAll(async () => {
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

function receiptIn(line: string): Receipt {
  const parsed = parseReceipt(Buffer.from(line, 'base64url').toString('utf8'));
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

/** A copy of the data folder, rewritten. */
async function forged(
  change: (headers: readonly ForgedHeader[]) => readonly ForgedHeader[],
): Promise<string> {
  const copy = mkdtempSync(join(folder, 'copy-'));
  cpSync(world.gateway.dataDir, copy, { recursive: true });
  await forgeLog(copy, change);
  return copy;
}

async function check(line: string, ...options: string[]) {
  const { code, stdout, stderr } = await runCli([
    'verify',
    'receipt',
    line,
    '--trust',
    trust,
    '--json',
    ...options,
  ]);
  const said = JSON.parse(stdout) as
    | { verdict: string; isProof: boolean; message: string }
    | { error: { message: string } };
  return 'error' in said
    ? { code, report: null, stderr: said.error.message }
    : { code, report: said, stderr };
}

test('the untouched log kept what it promised', async () => {
  for (const line of held)
    expect(await check(line, '--log', world.gateway.dataDir)).toMatchObject({
      code: 0,
      report: { verdict: 'kept' },
    });
});

test('an entry that was replaced, everything after it signed anew, is told by the receipt of it and of all that follow', async () => {
  const line = held[2] ?? '';
  const { index } = receiptIn(line);
  const copy = await forged((headers) =>
    headers.map((header) =>
      header.index === index ? { ...header, agent: `agt_${'f'.repeat(32)}` } : header,
    ),
  );
  const verified = await runCli(['verify', '--data', copy, '--json']);
  expect(JSON.parse(verified.stdout), verified.stderr).toMatchObject({ verdict: 'consistent' });

  const { code, report } = await check(line, '--log', copy);
  expect(code).toBe(1);
  expect(report).toMatchObject({ verdict: 'contradicted', isProof: true });
  expect(report?.message).toMatch(new RegExp(`entry ${index} .*checkpoint of \\d+ entries.*signed both`));
  expect(await check(held[5] ?? '', '--log', copy)).toMatchObject({ code: 1, report: { isProof: true } });
  // What came before was not touched.
  expect(await check(held[1] ?? '', '--log', copy)).toMatchObject({ code: 0 });

  const people = await runCli(['verify', 'receipt', line, '--trust', trust, '--log', copy]);
  expect(people.code).toBe(1);
  expect(people.stdout).toMatch(/CONTRADICTED, a proof of misconduct/);
});

test('an entry that was dropped is told once the promise has run out, and not before', async () => {
  const line = held[5] ?? '';
  const { index, time, promiseSeconds } = receiptIn(line);
  const cut = (until: number) =>
    forged((headers) => {
      const stopped = headers.findLast(({ kind }) => kind === 'node.stopped');
      if (stopped === undefined) throw new Error('the gateway was stopped');
      return [...headers.slice(0, index - 2), { ...stopped, time: until }];
    });
  const early = await check(line, '--log', await cut(time + 1_000_000 * promiseSeconds - 1));
  expect(early).toMatchObject({ code: 2, report: { verdict: 'not_yet_due' } });
  const late = await check(line, '--log', await cut(time + 1_000_000 * promiseSeconds + 1_000_000));
  expect(late).toMatchObject({ code: 1, report: { verdict: 'broken_promise' } });
  expect(late.report?.message).toContain(`entry ${index}`);
});

test('a checkpoint alone tells it, too, if somebody can say that it was the newest after the promise', async () => {
  const line = held[5] ?? '';
  const { index, time, promiseSeconds } = receiptIn(line);
  const copy = await forged((headers) => headers.slice(0, index - 2));
  const checkpoint = ['--checkpoint', join(copy, 'checkpoint')];
  expect(await check(line, ...checkpoint)).toMatchObject({ code: 2, report: { verdict: 'not_yet_due' } });
  const at = new Date(time / 1000 + 1000 * promiseSeconds + 60_000).toISOString();
  expect(await check(line, ...checkpoint, '--at', at)).toMatchObject({
    code: 1,
    report: { verdict: 'broken_promise' },
  });
});

test('a receipt that the log did not sign, or that nobody knows the key of, proves nothing', async () => {
  const line = held[0] ?? '';
  const { vkey } = await generateNoteKey(`${receiptIn(line).origin}/receipts`);
  const options = ['--log', world.gateway.dataDir, '--key', vkey];
  const { code, stderr } = await runCli(['verify', 'receipt', line, ...options]);
  expect([code, stderr]).toEqual([2, expect.stringContaining('proves nothing')]);
  const changed = Buffer.from(
    Buffer.from(line, 'base64url').toString('utf8').replace('\ndecided\n', '\ncompleted\n'),
  ).toString('base64url');
  expect(await check(changed, '--log', world.gateway.dataDir)).toMatchObject({ code: 2, report: null });
  expect(await check('nonsense')).toMatchObject({ code: 2, report: null });
});
