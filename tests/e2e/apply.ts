// `countersign apply -f` with manifests that a test has written down, while the gateway runs.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandResult, Gateway } from '@countersign/testkit';

/** What the command said, whether it took them or not. */
export async function tryApply(gateway: Gateway, ...manifests: string[]): Promise<CommandResult> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-apply-'));
  try {
    const file = join(folder, 'manifests.yaml');
    await writeFile(file, manifests.join('\n'));
    return await gateway.cli('apply', '-f', file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Fails the test when the manifests are refused. */
export async function apply(gateway: Gateway, ...manifests: string[]): Promise<void> {
  const { code, stderr } = await tryApply(gateway, ...manifests);
  if (code !== 0) throw new Error(`apply: exit ${code}: ${stderr}`);
}
