// A real gateway on a log of many calls, and in its process a source of more: calls that are recorded as fast as asked for, by the
// gateway's own writer. WHY not by agents: two cores that also run a browser decide fewer calls a second than the console
// has to show.
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Gateway, manifest, spawnGateway } from '@countersign/testkit';
import { writeLog } from './console-log.ts';

export interface ConsoleWorld {
  readonly gateway: Gateway;
  readonly token: string;
  /** GET on the admin API; throws on anything but 200. */
  get(path: string): Promise<Response>;
  /** Records calls for some seconds, so many a second; resolves with how many there were. */
  record(perSecond: number, seconds: number): Promise<number>;
  close(): Promise<void>;
}

export async function startConsoleWorld(calls: number, tell: (text: string) => void): Promise<ConsoleWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-console-'));
  const dataDir = join(folder, 'data');
  const socket = join(folder, 'calls.sock');
  const began = performance.now();
  await writeLog(dataDir, calls, tell);
  tell(`${calls} calls written in ${Math.round((performance.now() - began) / 1000)} s`);
  const gateway = await spawnGateway({
    config: {
      manifests: {
        'world.yaml': [
          manifest('Group', 'security', {}),
          manifest('Team', 'team-0', {}),
          manifest('User', 'ida', { email: 'ida@example.com', groups: ['security'] }),
        ].join('\n'),
      },
      policies: { 'world.cedar': '@id("nobody") forbid (principal, action, resource);' },
    },
    dataDir,
    env: { BENCH_CALLS: socket },
    program: fileURLToPath(new URL('console-gateway.ts', import.meta.url)),
    readyTimeoutMs: 120_000,
  });
  const { adminToken: token } = gateway;
  if (token === undefined) throw new Error('the gateway printed no token');
  return {
    gateway,
    token,
    async get(path) {
      const response = await fetch(`${gateway.admin}/api/v1${path}`, {
        headers: { authorization: `Bearer ${token}` },
      });
      if (response.status !== 200)
        throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
      return response;
    },
    record: (perSecond, seconds) => recorded(socket, `/${perSecond}/${seconds}`),
    async close() {
      await gateway.dispose();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function recorded(socketPath: string, path: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const asked = request({ socketPath, path, method: 'POST' }, (response) => {
    response.setEncoding('utf8').once('data', (text: string) => resolve(Number(text)));
  });
  asked.once('error', reject).end();
  return promise;
}
