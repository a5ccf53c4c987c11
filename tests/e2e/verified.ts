// Takes a gateway's log away and verifies it offline, as an auditor does.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BundleReport } from '@countersign/audit';
import { type Gateway, runCli } from '@countersign/testkit';
import { expect } from 'vitest';

/** Fails unless the whole log holds, and each decision in it comes out again. */
export async function verified(gateway: Pick<Gateway, 'cli'>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-tasks-'));
  const [bundle, trust] = [join(folder, 'bundle.jsonl'), join(folder, 'trust.txt')];
  const made = await gateway.cli('export', '--out', bundle, '--reason', 'a test');
  expect(made.code, made.stderr).toBe(0);
  const { stdout: key } = await gateway.cli('log', 'key');
  await writeFile(trust, `log ${key.trim().split('\n').at(-1)}\nquorum none\n`);
  const { code, stdout } = await runCli(['verify', '--json', bundle, '--trust', trust]);
  expect(code, stdout).toBe(0);
  expect((JSON.parse(stdout) as BundleReport).decisions).toMatchObject({ mismatched: 0 });
  await rm(folder, { recursive: true });
}
