// A real `countersign witness` as a process of its own. For tests only.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));

export interface WitnessProcess {
  readonly url: string;
  readonly vkey: string;
  readonly child: ChildProcess;
  /** What it wrote to stderr so far. */
  stderr(): string;
  submit(body: string | Uint8Array): Promise<{ status: number; type: string | null; body: string }>;
  get(path: string): Promise<{ status: number; body: string }>;
  /** Ends it, in good order unless a signal is given, and returns its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

export interface WitnessSetup {
  readonly dataDir: string;
  readonly logs: readonly string[];
  readonly name?: string;
  /** 0, the default, for any. */
  readonly port?: number;
  /** A module that is loaded before anything else. */
  readonly preload?: string;
}

/** Rejects, with what it wrote to stderr, when it does not start. */
export async function spawnWitness(setup: WitnessSetup): Promise<WitnessProcess> {
  const { dataDir, logs, name, port = 0, preload } = setup;
  const child = spawn(
    process.execPath,
    [
      ...(preload === undefined ? [] : ['--import', preload]),
      CLI,
      'witness',
      '--data',
      dataDir,
      '--listen',
      `127.0.0.1:${port}`,
      ...(name === undefined ? [] : ['--name', name]),
      ...logs.flatMap((vkey) => ['--log', vkey]),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const exited = once(child, 'exit');
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([once(lines, 'line'), exited.then(() => null)]);
  if (first === null) throw new Error(stderr);
  const { url, vkey } = JSON.parse(String(first[0])) as { url: string; vkey: string };
  return {
    url,
    vkey,
    child,
    stderr: () => stderr,
    async submit(body) {
      const response = await fetch(`${url}/add-checkpoint`, { method: 'POST', body });
      return {
        status: response.status,
        type: response.headers.get('content-type'),
        body: await response.text(),
      };
    },
    async get(path) {
      const response = await fetch(`${url}${path}`);
      return { status: response.status, body: await response.text() };
    },
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      await exited;
      return child.exitCode;
    },
  };
}
