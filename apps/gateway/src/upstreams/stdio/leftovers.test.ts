import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openLeftovers } from './leftovers.ts';

let folder: string;
const children: ReturnType<typeof spawn>[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'leftovers-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

async function started(): Promise<{ readonly pid: number; readonly over: Promise<unknown> }> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
    detached: true,
    stdio: 'ignore',
  });
  children.push(child);
  await once(child, 'spawn');
  return { pid: child.pid ?? 0, over: once(child, 'exit') };
}

const quiet = (): void => undefined;

describe.runIf(process.platform === 'linux')('a process', () => {
  test('that is noted when the gateway is gone is ended by the next one', async () => {
    const { pid, over } = await started();
    openLeftovers(folder, quiet).note(pid);
    const told: string[] = [];
    openLeftovers(folder, (line) => void told.push(line));
    expect(await over).toEqual([null, 'SIGKILL']);
    expect(told).toEqual([expect.stringContaining(`process ${pid} `)]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('that has ended is noted no more', async () => {
    const { pid } = await started();
    openLeftovers(folder, quiet).note(pid)();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('of the same number that started at another time, or under another boot, is somebody else’s', async () => {
    const { pid } = await started();
    openLeftovers(folder, quiet).note(pid);
    const file = join(folder, String(pid));
    const note = readFileSync(file, 'utf8');
    for (const other of [note.replace(/\d+\n$/, '1\n'), note.replace(/^\S+/, 'another-boot'), '']) {
      writeFileSync(file, other);
      openLeftovers(folder, quiet);
      expect(process.kill(pid, 0)).toBe(true);
      expect(readdirSync(folder)).toEqual([]);
    }
  });

  test('is none where the folder holds something else', () => {
    for (const name of ['1', '-1', 'x', String(process.pid)]) writeFileSync(join(folder, name), 'y');
    openLeftovers(folder, quiet);
    expect(readdirSync(folder)).toEqual([]);
  });
});
