import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { toHex, verifyLog } from '@countersign/audit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recoverOpenCalls } from '../../recovery.ts';
import { createTestFolder, type TestFolder } from '../testing/folder.ts';

const CYCLES = 6;
const PROCESS = fileURLToPath(new URL('testing-writer-process.ts', import.meta.url));

describe('a process killed while it writes', () => {
  let folder: TestFolder;
  beforeEach(async () => {
    folder = await createTestFolder();
  });
  afterEach(() => folder.remove());

  /** Lets the process acknowledge about so many commits, kills it, and returns all that it told. */
  async function killAfter(commits: number): Promise<readonly (readonly [index: number, leaf: string])[]> {
    const { dataDir, origin, node, skey } = folder;
    const child = spawn(process.execPath, [PROCESS, dataDir, origin, node, skey], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const acknowledged: (readonly [number, string])[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      const match = /^(\d+) ([0-9a-f]{64})$/.exec(line);
      // The kill may cut the last line.
      if (match !== null) acknowledged.push([Number(match[1]), String(match[2])]);
      if (acknowledged.length === commits) child.kill('SIGKILL');
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    expect(child.signalCode).toBe('SIGKILL');
    return acknowledged;
  }

  it('loses nothing that it acknowledged, leaves a sound log, and each open call is declared unknown once', async () => {
    const acknowledged: (readonly [number, string])[] = [];
    let unknown = 0;
    for (let cycle = 1; cycle <= CYCLES; cycle += 1) {
      acknowledged.push(...(await killAfter(cycle * 23)));
      const store = await folder.open();
      unknown += await recoverOpenCalls(store);
      const leaves = new Map<number, string>();
      for await (const { index, leaf } of store.readers.log.entries()) leaves.set(index, toHex(leaf));
      expect(acknowledged.filter(([index, leaf]) => leaves.get(index) !== leaf)).toEqual([]);
      const report = await verifyLog(store.readers.log.entries(), {
        origin: folder.origin,
        vkeys: [folder.vkey],
        checkpoints: store.readers.log.checkpoints(),
      });
      expect(report.firstFailure).toBeNull();
      expect(report.calls).toMatchObject({ open: 0, unknown });
      expect(await store.readers.calls.open()).toEqual([]);
      await store.close();
    }
    expect(acknowledged.length).toBeGreaterThanOrEqual((23 * CYCLES * (CYCLES + 1)) / 2);
  });
});
