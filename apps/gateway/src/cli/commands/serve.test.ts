import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const script = fileURLToPath(new URL('../main.ts', import.meta.url));
const started: ChildProcess[] = [];
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-serve-'));
});
afterEach(async () => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

function serve(...args: readonly string[]) {
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      script,
      'serve',
      '--data',
      join(folder, 'data'),
      '--port',
      '0',
      '--admin-port',
      '0',
      ...args,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  started.push(child);
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const ended = once(child, 'exit').then(async ([code]) => {
    const [out, err] = await output;
    return { code: code as number | null, out, err };
  });
  return {
    child,
    ended,
    ready: once(child.stdout, 'data').then(([chunk]) => JSON.parse(String(chunk)) as Record<string, unknown>),
  };
}

describe('countersign serve', () => {
  test('prints one ready line, answers, and ends with 0 when it is told to; the token is told once', async () => {
    const first = serve();
    const ready = await first.ready;
    expect(ready).toMatchObject({ ready: true, dataDir: join(folder, 'data') });
    const health = await fetch(`${String(ready['admin'])}/health/ready`);
    expect(health.status).toBe(200);
    const headers = { authorization: `Bearer ${String(ready['adminToken'])}` };
    expect((await fetch(`${String(ready['admin'])}/api/v1/log`, { headers })).status).toBe(200);
    first.child.kill('SIGTERM');
    const { code, out } = await first.ended;
    expect([code, out.trim().split('\n')]).toEqual([0, [JSON.stringify(ready)]]);

    const second = serve();
    expect(await second.ready).not.toHaveProperty('adminToken');
    second.child.kill('SIGINT');
    expect((await second.ended).code).toBe(0);
  });

  test('a data folder that another gateway uses is refused, with 2 and the fix', async () => {
    await serve().ready;
    const { code, out, err } = await serve().ended;
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('another process uses the data folder');
  });

  test('a wrong configuration stops the start, with 2, the key, the value and the fix', async () => {
    const config = join(folder, 'config.yaml');
    await writeFile(config, 'exposure: {windowHours: 0}\n');
    const { code, out, err } = await serve('--config', config).ended;
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('exposure.windowHours');
  });
});
