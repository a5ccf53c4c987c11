// Starts the gateway the one way there is (`serve`), as a child with any free ports and a data folder of its own, and
// runs its command line against it. Used by the quickstart and by every end-to-end test.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { type GatewaySetup, writeSetup } from './gateway-setup.ts';
import { type RunningProcess, startProcess } from './process.ts';

export type GatewayOptions = {
  /** The configuration file (ports in it should be 0), or what to write into a new one. */
  readonly config: string | GatewaySetup;
  /** State of the node; by default a new folder that `dispose` removes. Give the same again to restart on it. */
  readonly dataDir?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly readyTimeoutMs?: number;
  /** Another build of the command line. */
  readonly program?: string;
};

export type CommandResult = { readonly code: number; readonly stdout: string; readonly stderr: string };

export type Gateway = RunningProcess & {
  /** Base address of the data plane: `<data>/mcp/<server>`, `<data>/a2a/<agent>`. */
  readonly data: string;
  /** Base address of the admin plane: `<admin>/api/v1`, and the console. */
  readonly admin: string;
  /** Printed at the first start on a data folder only. */
  readonly adminToken: string | undefined;
  readonly dataDir: string;
  /** The configuration file that it runs on. */
  readonly config: string;
  /** Runs `countersign <args>` against this gateway's data folder and admin address. */
  cli(...args: string[]): Promise<CommandResult>;
  /** Stops it and removes what was made for it. */
  dispose(): Promise<void>;
};

// This and the size of the young heap: as the launcher `countersign` sets them.
const launcherEnv = {
  NODE_COMPILE_CACHE: fileURLToPath(new URL('../../../node_modules/.cache/node', import.meta.url)),
};
const cliScript = fileURLToPath(new URL('../../../apps/gateway/src/cli/main.ts', import.meta.url));

/** Starts a gateway and resolves when it is ready to serve. Errors: rejects with its stderr if it refuses to start. */
export async function spawnGateway(options: GatewayOptions): Promise<Gateway> {
  const own = await mkdtemp(join(tmpdir(), 'countersign-'));
  const dataDir = options.dataDir ?? join(own, 'data');
  const config = typeof options.config === 'string' ? options.config : await writeSetup(own, options.config);
  const running = await startProcess({
    script: options.program ?? cliScript,
    args: ['serve', '--config', config, '--data', dataDir],
    execArgv: ['--max-semi-space-size=4', '--import', new URL('./die-with-parent.ts', import.meta.url).href],
    env: { ...launcherEnv, ...options.env },
    ...(options.readyTimeoutMs === undefined ? {} : { readyTimeoutMs: options.readyTimeoutMs }),
  });
  const data = address(running, 'data');
  const admin = address(running, 'admin');
  const adminToken = running.ready['adminToken'];
  return {
    ...running,
    url: data,
    data,
    admin,
    adminToken: typeof adminToken === 'string' ? adminToken : undefined,
    dataDir,
    config,
    cli: (...args) => runCli(args, { COUNTERSIGN_DATA: dataDir, COUNTERSIGN_URL: admin, ...options.env }),
    dispose: async () => {
      await running.stop();
      await rm(own, { recursive: true, force: true });
    },
  };
}

/** Runs the command line once; a failing exit code is a value, not an error. */
export function runCli(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  const { promise, resolve } = Promise.withResolvers<CommandResult>();
  execFile(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', cliScript, ...args],
    { env: { ...process.env, ...launcherEnv, ...env }, maxBuffer: 64 * 1024 * 1024 },
    (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 2;
      resolve({ code, stdout, stderr });
    },
  );
  return promise;
}

function address(running: RunningProcess, name: 'data' | 'admin'): string {
  const value = running.ready[name];
  if (typeof value !== 'string') throw new Error(`the gateway's ready line has no \`${name}\` address`);
  return value;
}
