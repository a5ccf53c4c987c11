import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startProcess } from './process.ts';

let folder: string;
const script = async (name: string, text: string): Promise<string> => {
  const path = join(folder, `${name}.mjs`);
  await writeFile(path, text);
  return path;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'testkit-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('startProcess', () => {
  it('waits for the ready line, past lines that are none', async () => {
    const path = await script(
      'chatty',
      `console.log('starting'); console.log('{broken'); console.log('{"ready":false}');
       console.log(JSON.stringify({ ready: true, url: 'http://127.0.0.1:9', extra: process.argv[2] }));
       setInterval(() => {}, 1000);`,
    );
    const child = await startProcess({ script: path, args: ['seven'] });
    expect(child.url).toBe('http://127.0.0.1:9');
    expect(child.ready['extra']).toBe('seven');
    expect((await child.stop()).signal).toBe('SIGTERM');
  });

  it('rejects with what the child wrote to stderr when it ends before it is ready', async () => {
    const path = await script('failing', `console.error('no config'); process.exit(3);`);
    await expect(startProcess({ script: path })).rejects.toThrow(
      /ended \(code 3\) before it was ready[^]*no config/,
    );
  });

  it('gives up on a child that never becomes ready, and ends it', async () => {
    const path = await script('silent', `setInterval(() => {}, 1000);`);
    await expect(startProcess({ script: path, readyTimeoutMs: 300 })).rejects.toThrow(
      /no ready line within 300 ms/,
    );
  });

  it('forces a child that ignores the request to end', async () => {
    const path = await script(
      'stubborn',
      `process.on('SIGTERM', () => {}); console.log('{"ready":true,"url":"x"}'); setInterval(() => {}, 1000);`,
    );
    const child = await startProcess({ script: path });
    expect((await child.stop(100)).signal).toBe('SIGKILL');
  });

  it('lets a child end by itself when its parent is gone', async () => {
    const kit = new URL('./process.ts', import.meta.url).href;
    const issuer = new URL('./issuer/main.ts', import.meta.url).href;
    const parent = await startProcess({
      script: await script(
        'parent',
        `const { startProcess } = await import(${JSON.stringify(kit)});
         const child = await startProcess({ script: new URL(${JSON.stringify(issuer)}) });
         console.log(JSON.stringify({ ready: true, url: child.url }));
         setInterval(() => {}, 1000);`,
      ),
    });
    expect((await fetch(`${parent.url}/jwks`)).status).toBe(200);
    await parent.kill('SIGKILL');
    await expect
      .poll(
        () =>
          fetch(`${parent.url}/jwks`).then(
            () => 'up',
            () => 'down',
          ),
        { timeout: 20_000 },
      )
      .toBe('down');
  });
});
