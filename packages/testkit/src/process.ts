// Starts a script as a child process, waits for its one JSON ready line, and stops it again.
// Everything that the tests and the quickstart run beside themselves goes through here.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export type ReadyLine = Readonly<Record<string, unknown>> & { readonly ready: true };

export type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

export type StartOptions = {
  /** The script to run with this Node, as a path or a file URL. */
  readonly script: string | URL;
  readonly args?: readonly string[];
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly execArgv?: readonly string[];
  readonly cwd?: string;
  /** How long the ready line may take; default 30 s, because test machines are shared. */
  readonly readyTimeoutMs?: number;
};

export type RunningProcess = {
  readonly pid: number;
  readonly ready: ReadyLine;
  /** The `url` of the ready line, or the empty string if the program announces none. */
  readonly url: string;
  readonly exited: Promise<Exit>;
  /** The newest part of what the child wrote to stderr (at most 64 KiB), for messages about failures. */
  stderr(): string;
  /** Asks the child to end, and forces it after `graceMs` (default 10 s). */
  stop(graceMs?: number): Promise<Exit>;
  /** Sends a signal and waits for the end: SIGKILL for crash tests. */
  kill(signal: NodeJS.Signals): Promise<Exit>;
};

const STDERR_LIMIT = 64 * 1024;
const children = new Set<ChildProcess>();
/** Those that somebody here has asked to end: the end of any other is news. */
const asked = new WeakSet<ChildProcess>();

process.on('exit', () => {
  for (const child of children) signalTo(child, 'SIGKILL');
});

/**
 * Starts `script` and resolves at its ready line; lines before it that are no ready line are ignored.
 *
 * Errors: rejects when the child ends or the time passes first, with what it wrote to stderr.
 */
export async function startProcess(options: StartOptions): Promise<RunningProcess> {
  const script = typeof options.script === 'string' ? options.script : fileURLToPath(options.script);
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', ...(options.execArgv ?? []), script, ...(options.args ?? [])],
    {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...options.env },
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    },
  );
  children.add(child);
  let stderr = '';
  child.stderr.setEncoding('utf8');
  child.stderr.on('data', (text: string) => {
    stderr = (stderr + text).slice(-STDERR_LIMIT);
  });
  // A child that is already gone closes its end of the pipe; the exit says so, an EPIPE adds nothing.
  child.stdin.on('error', () => undefined);
  const exited = (async (): Promise<Exit> => {
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    children.delete(child);
    return { code, signal };
  })();

  let ready: ReadyLine;
  try {
    ready = await readyLine(child, exited, script, options.readyTimeoutMs ?? 30_000);
  } catch (error) {
    signalTo(child, 'SIGKILL');
    await exited.catch(() => undefined);
    throw new Error(`${(error as Error).message}; its stderr ends:\n${stderr.slice(-4096)}`, {
      cause: error,
    });
  }
  void tellUnasked(child, exited, script, () => stderr);
  return {
    pid: child.pid ?? -1,
    ready,
    url: typeof ready['url'] === 'string' ? ready['url'] : '',
    exited,
    stderr: () => stderr,
    stop: (graceMs) => stop(child, exited, graceMs ?? 10_000),
    kill: (signal) => {
      signalTo(child, signal);
      return exited;
    },
  };
}

/** Stops several processes, last started first, whatever becomes of each. */
export async function stopAll(processes: readonly Pick<RunningProcess, 'stop'>[]): Promise<void> {
  for (const running of [...processes].reverse()) await running.stop();
}

async function readyLine(
  child: ChildProcess,
  exited: Promise<Exit>,
  script: string,
  timeoutMs: number,
): Promise<ReadyLine> {
  if (child.stdout === null) throw new Error(`\`${script}\` has no stdout to announce itself on`);
  const lines = createInterface({ input: child.stdout });
  const { promise, resolve, reject } = Promise.withResolvers<ReadyLine>();
  // Stays attached after the ready line, so that the child never blocks on a full pipe.
  lines.on('line', (line) => {
    const parsed = parseReadyLine(line);
    if (parsed !== undefined) resolve(parsed);
  });
  const timer = setTimeout(() => {
    reject(new Error(`\`${script}\` printed no ready line within ${timeoutMs} ms`));
  }, timeoutMs);
  exited.then(
    (exit) =>
      reject(new Error(`\`${script}\` ended (${exit.signal ?? `code ${exit.code}`}) before it was ready`)),
    (error: unknown) => reject(new Error(`\`${script}\` could not be started`, { cause: error })),
  );
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}

function parseReadyLine(line: string): ReadyLine | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value = JSON.parse(line) as Record<string, unknown>;
    return value['ready'] === true ? (value as ReadyLine) : undefined;
  } catch {
    return undefined;
  }
}

function signalTo(child: ChildProcess, signal: NodeJS.Signals): void {
  asked.add(child);
  child.kill(signal);
}

/** A program that dies by itself fails the tests after it by refused connections, which do not say why. */
async function tellUnasked(
  child: ChildProcess,
  exited: Promise<Exit>,
  script: string,
  stderr: () => string,
): Promise<void> {
  const { code, signal } = await exited;
  if (asked.has(child) || code === 0) return;
  process.stderr.write(
    `\`${script}\` (pid ${child.pid}) ended by itself (${signal ?? `code ${code}`}); its stderr ends:\n${stderr().slice(-4096)}\n`,
  );
}

async function stop(child: ChildProcess, exited: Promise<Exit>, graceMs: number): Promise<Exit> {
  if (child.exitCode !== null || child.signalCode !== null) return exited;
  signalTo(child, 'SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
  try {
    return await exited;
  } finally {
    clearTimeout(timer);
  }
}
