// One process of a server that is reached by its standard streams (MCP, stdio): started without a shell, with the environment
// that its manifest names and nothing else, and read as hostile text.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Readable, Writable } from 'node:stream';
import { ok, type Result } from '../../errors.ts';
import type { StdioCommand } from '../../registry/types.ts';
import { onOneLine, readRpc } from '../duplex/rpc.ts';
import { unavailable } from '../duplex/replies.ts';
import type { Channel, ChannelEvents } from '../duplex/types.ts';
import { invalidAnswer, type SendFailure } from '../failures.ts';
import { createComplaints } from './complaints.ts';
import { environmentOf } from './environment.ts';
import { endGroup, HAS_GROUPS, watchGroup } from './group.ts';
import type { Leftovers } from './leftovers.ts';
import { createLineSplitter, idAtEdges } from './lines.ts';
import { createLineWriter } from './writer.ts';

export interface ChildOptions {
  readonly server: string;
  readonly command: StdioCommand;
  /** The longest line that is taken. */
  readonly maxLineBytes: number;
  /** For the operator. */
  readonly tell: (message: string) => void;
  readonly leftovers: Leftovers;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** The machine is short of something that may be there again in a moment; nothing was started. */
const RETRIABLE: ReadonlySet<string> = new Set(['EAGAIN', 'EMFILE', 'ENFILE', 'ENOMEM', 'ETXTBSY']);
const ATTEMPTS = 3;
const RETRY_MS = 200;
/** Lines that are no message, one after the other: then the process does not speak the protocol. */
const MAX_GARBAGE = 1_000;
const COULD_NOT_START = 'the server behind this gateway could not be started: tell its operator';

type Child = ChildProcess & {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
};

export async function startChild(options: ChildOptions): Promise<Result<Channel, SendFailure>> {
  const { server } = options;
  const environment = await environmentOf(options.command.env, options.env);
  if (!environment.ok) return { ok: false, error: { ...environment.error, isSent: false } };
  for (let attempt = 1; ; attempt++) {
    const spawned = await spawnOnce(options, environment.value.values);
    if (spawned.ok) return ok(channelOf(spawned.value, options, environment.value.secrets));
    const { code = spawned.error.message } = spawned.error;
    if (!RETRIABLE.has(code) || attempt === ATTEMPTS) {
      const why = `its command \`${options.command.command}\` could not be started (${code})`;
      return { ok: false, error: unavailable(server, why, COULD_NOT_START) };
    }
    await delay(RETRY_MS * attempt, undefined, { ref: false });
  }
}

async function spawnOnce(
  { command: { command, args, cwd }, leftovers }: ChildOptions,
  env: Readonly<Record<string, string>>,
): Promise<Result<Child, NodeJS.ErrnoException>> {
  try {
    // SECURITY: never a shell: an argument is an argument, whatever it holds.
    const child = spawn(command, [...args], {
      cwd,
      env: { ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
      shell: false,
      detached: HAS_GROUPS,
      windowsHide: true,
    });
    await once(child, 'spawn');
    watchGroup(child, leftovers);
    return ok(child);
  } catch (error) {
    return { ok: false, error: error as NodeJS.ErrnoException };
  }
}

function channelOf(child: Child, options: ChildOptions, secrets: readonly string[]): Channel {
  const { server, maxLineBytes, tell } = options;
  const { promise: closed, resolve: close } = Promise.withResolvers<SendFailure>();
  const { promise: exited, resolve: exit } = Promise.withResolvers<void>();
  const { promise: gone, resolve: leave } = Promise.withResolvers<void>();
  const writer = createLineWriter(child.stdin, server);
  const complaints = createComplaints({ server, secrets, tell });
  let events: ChannelEvents | null = null;
  let garbage = 0;
  let isOver = false;
  /** Why the gateway itself ended it. */
  let verdict: SendFailure | null = null;

  function stop(failure: SendFailure): void {
    if (verdict !== null) return;
    verdict = failure;
    writer.end(failure);
    close(failure);
    // What it still writes is read and left out: it could not end with a full pipe.
    child.stdout.resume();
    void endGroup(child, exited);
  }

  function refuseLine(id: number | string | null, why: string): void {
    const failure = invalidAnswer(server, why);
    if (id === null) stop(failure);
    else events?.onUnfit(id, failure);
  }

  const split = createLineSplitter(maxLineBytes, {
    onLine(line) {
      if (verdict !== null) return;
      const message = readRpc(line);
      if (message !== null) {
        garbage = 0;
        events?.onMessage(message);
        return;
      }
      const text = Buffer.from(line);
      const id = idAtEdges(
        text.toString('utf8', 0, 512),
        text.toString('utf8', Math.max(0, text.length - 512)),
      );
      if (id !== null) return refuseLine(id, 'it is no JSON-RPC message that can be read');
      if (garbage === 0)
        tell(`server \`${server}\` writes to its stdout what is no JSON-RPC message: it is left out`);
      garbage += 1;
      if (garbage > MAX_GARBAGE) refuseLine(null, 'its stdout is no stream of JSON-RPC messages');
    },
    onTooLong: (head, tail) =>
      refuseLine(idAtEdges(head, tail), `it has a line longer than ${maxLineBytes} bytes`),
  });

  child.stdout.on('data', split).on('error', () => undefined);
  child.stdout.pause();
  child.stderr.on('data', complaints.push).on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  child.on('error', () => undefined);
  // Its last words may still be in the pipe when it is gone: `close` comes after them, unless something holds the pipe open.
  child.once('exit', (code, signal) => {
    exit();
    const late = setTimeout(() => over(code, signal), LAST_WORDS_MS);
    child.once('close', () => {
      clearTimeout(late);
      over(code, signal);
    });
  });

  function over(code: number | null, signal: NodeJS.Signals | null): void {
    if (isOver) return;
    isOver = true;
    const failure = verdict ?? ended(server, code, signal, garbage);
    verdict = failure;
    writer.end(failure);
    complaints.end();
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
    close(failure);
    leave();
  }

  return {
    closed,
    listen(listener) {
      events = listener;
      child.stdout.resume();
    },
    send: (message, signal) => writer.write(onOneLine(message), signal),
    pause: () => void child.stdout.pause(),
    resume: () => void child.stdout.resume(),
    async close() {
      stop({ ...unavailable(server, 'the gateway ended its process', STOPPED), isSent: true });
      await gone;
    },
  };
}

const LAST_WORDS_MS = 500;
const STOPPED = 'the server behind this gateway was stopped: the call may have been carried out';

function ended(
  server: string,
  code: number | null,
  signal: NodeJS.Signals | null,
  garbage: number,
): SendFailure {
  const how = signal === null ? `with code ${code}` : `by ${signal}`;
  const last = garbage > 0 ? '; the last that it wrote was no JSON-RPC message' : '';
  return {
    code: 'upstream_unavailable',
    reason: `the process of \`${server}\` ended ${how}${last}`,
    message: 'the server behind this gateway ended: the call may have been carried out',
    isSent: true,
  };
}
