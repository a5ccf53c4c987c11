// The same client behind the gateway: registers the suite's mock server there, and runs the client with the gateway's address in
// its place. Started by the suite like the client itself.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { tokenSource } from '../agents/credentials.ts';
import { runCli } from '../spawn-gateway.ts';
import { AGENT, type GovernedAddress, serverManifest } from './governed.ts';

const gateway = JSON.parse(process.env['CONFORMANCE_GATEWAY'] ?? '') as GovernedAddress;
const mock = process.argv.at(-1) ?? '';
const name = (process.env['MCP_CONFORMANCE_SCENARIO'] ?? '').toLowerCase();

await register();
const url = `${gateway.data}/mcp/${name}`;
const token = await tokenSource({ clientId: AGENT, tokenEndpoint: gateway.tokenEndpoint }, url)();
const client = spawn(process.execPath, [fileURLToPath(new URL('./client.ts', import.meta.url)), url], {
  stdio: 'inherit',
  env: { ...process.env, CONFORMANCE_TOKEN: token },
});
const [code] = (await once(client, 'exit')) as [number | null];
process.exitCode = code ?? 1;

async function register(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'conformance-'));
  try {
    const file = join(folder, 'mock.yaml');
    await writeFile(file, serverManifest([name, mock]));
    const { dataDir, admin } = gateway;
    const env = { COUNTERSIGN_DATA: dataDir, COUNTERSIGN_URL: admin };
    const applied = await runCli(['apply', '-f', file], env);
    if (applied.code !== 0) throw new Error(`the mock server was not registered: ${applied.stderr}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
