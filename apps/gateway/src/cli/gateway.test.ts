import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findGateway } from './gateway.ts';
import type { Terminal } from './terminal.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-cli-'));
  await writeFile(
    join(folder, 'endpoint.json'),
    '{"data":"http://127.0.0.1:4100","admin":"http://10.0.0.7:4180"}',
  );
  await writeFile(join(folder, 'admin-token'), 'csn_stored\n');
});
afterAll(() => rm(folder, { recursive: true }));

const terminal = (env: Record<string, string> = {}): Terminal => ({
  out: () => undefined,
  err: () => undefined,
  progress: () => undefined,
  isInteractive: false,
  env,
  cwd: '/nowhere',
});

describe('a command finds its gateway', () => {
  test('by the data folder', async () => {
    const found = { url: 'http://10.0.0.7:4180', token: 'csn_stored' };
    expect(await findGateway({ data: folder }, terminal())).toEqual(found);
    expect(await findGateway({}, terminal({ COUNTERSIGN_DATA: folder }))).toEqual(found);
  });

  test('by environment, and by options before all else', async () => {
    const env = { COUNTERSIGN_URL: 'http://a.example', COUNTERSIGN_TOKEN: 'csn_a', COUNTERSIGN_DATA: folder };
    expect(await findGateway({}, terminal(env))).toEqual({ url: 'http://a.example', token: 'csn_a' });
    expect(await findGateway({ url: 'http://b.example/', token: 'csn_b' }, terminal(env))).toEqual({
      url: 'http://b.example',
      token: 'csn_b',
    });
  });

  test('and never gives the folder’s token to some other host', async () => {
    const elsewhere = findGateway({ data: folder, url: 'https://evil.example' }, terminal());
    await expect(elsewhere).rejects.toThrow('no admin token');
    expect(await findGateway({ data: folder, url: 'http://127.0.0.1:9' }, terminal())).toMatchObject({
      token: 'csn_stored',
    });
  });
});
