// Transports over the server written by hand, with what reached it, for the unit tests.
import { setTimeout as delay } from 'node:timers/promises';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Id } from '@countersign/audit';
import { mcpServer } from '../../registry/testing-server.ts';
import type { McpServer, StdioCommand } from '../../registry/types.ts';
import { createUpstreamClient } from '../client.ts';
import { createTransports, type Transports } from '../transports.ts';

const SCRIPT = fileURLToPath(new URL('hand-written-server.ts', import.meta.url));

export interface JournalEntry {
  readonly pid: number;
  readonly started?: true;
  readonly ended?: true;
  readonly signal?: string;
  readonly line?: string;
}

export interface StdioWorld {
  readonly transports: Transports;
  readonly server: McpServer;
  readonly told: string[];
  /** Sends a message; the text of the answer. */
  post(message: object, options?: PostOptions): Promise<Answered>;
  /** Opens a session of the older revisions. */
  open(principal: string, capabilities?: object): Promise<string>;
  call(session: string, id: number | string, args: object, signal?: AbortSignal): Promise<Answered>;
  modern(principal: string, id: number | string, args: object, signal?: AbortSignal): Promise<Answered>;
  journal(): Promise<JournalEntry[]>;
  /** Until the journal satisfies. */
  until(holds: (journal: JournalEntry[]) => boolean): Promise<JournalEntry[]>;
  close(): Promise<void>;
}

export interface PostOptions {
  readonly principal?: string | undefined;
  readonly session?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly method?: 'GET' | 'POST' | 'DELETE';
}

export interface Answered {
  readonly ok: boolean;
  readonly status: number | null;
  readonly session: string | undefined;
  readonly type: string | undefined;
  readonly failure: { readonly code: string; readonly reason: string; readonly isSent: boolean } | null;
  readonly body: ReadableStream<Uint8Array>;
  text(): Promise<string>;
  /** Of a JSON body. */
  json(): Promise<Readonly<Record<string, unknown>>>;
}

const MODERN = '2026-07-28';

export async function startStdioWorld(
  command: Partial<StdioCommand> = {},
  options: {
    readonly mayRun?: () => string | null;
    readonly env?: Readonly<Record<string, string>>;
    readonly limits?: Partial<Parameters<typeof createTransports>[0]['limits']>;
  } = {},
): Promise<StdioWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-stdio-'));
  const file = join(folder, 'journal');
  const told: string[] = [];
  const client = createUpstreamClient();
  const server = mcpServer({
    uid: 'srv_1' as Id<'srv'>,
    name: 'tools',
    place: {
      transport: 'stdio',
      command: process.execPath,
      args: [SCRIPT],
      cwd: folder,
      processes: 'per-principal',
      idleMinutes: 30,
      maxProcesses: 20,
      ...command,
      env: { JOURNAL: file, ...command.env },
    },
    toolPinning: 'off',
  });
  const transports = createTransports({
    client,
    limits: { headersTimeoutMs: 20_000, idleTimeoutMs: 0, messageBytes: 1024 * 1024, ...options.limits },
    registered: () => server,
    mayRun: options.mayRun ?? (() => null),
    version: '0',
    tell: (message) => void told.push(message),
    ...(options.env === undefined ? {} : { env: options.env }),
  });

  const world: StdioWorld = {
    transports,
    server,
    told,
    async post(message, { principal, session, headers, signal, method = 'POST' } = {}) {
      const sent = await transports.send(server, {
        method,
        headers: new Map([
          ...(session === undefined ? [] : [['mcp-session-id', session] as const]),
          ...Object.entries(headers ?? {}),
        ]),
        body: method === 'POST' ? Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message })) : null,
        signal: signal ?? new AbortController().signal,
        ...(principal === undefined ? {} : { principal }),
      });
      const body = sent.ok ? sent.value.body : new ReadableStream<Uint8Array>();
      const text = () => new Response(body).text();
      return {
        ok: sent.ok,
        status: sent.ok ? sent.value.status : null,
        session: sent.ok ? sent.value.headers.get('mcp-session-id') : undefined,
        type: sent.ok ? sent.value.headers.get('content-type') : undefined,
        failure: sent.ok ? null : sent.error,
        body,
        text,
        json: async () => JSON.parse(await text()) as Readonly<Record<string, unknown>>,
      };
    },
    async open(principal, capabilities = {}) {
      const params = {
        protocolVersion: '2025-11-25',
        capabilities,
        clientInfo: { name: 'test', version: '1' },
      };
      const answer = await world.post({ id: 'hello', method: 'initialize', params }, { principal });
      if (answer.session === undefined)
        throw new Error(`no session: ${answer.failure?.reason ?? (await answer.text())}`);
      await answer.text();
      await world.post({ method: 'notifications/initialized' }, { principal, session: answer.session });
      return answer.session;
    },
    call: (session, id, args, signal) =>
      world.post(
        { id, method: 'tools/call', params: { name: 'do', arguments: args, _meta: { progressToken: 7 } } },
        { session, ...(signal === undefined ? {} : { signal }) },
      ),
    modern: (principal, id, args, signal) =>
      world.post(
        {
          id,
          method: 'tools/call',
          params: {
            name: 'do',
            arguments: args,
            _meta: { 'io.modelcontextprotocol/protocolVersion': MODERN, progressToken: 'mine' },
          },
        },
        {
          principal,
          headers: { 'mcp-protocol-version': MODERN },
          ...(signal === undefined ? {} : { signal }),
        },
      ),
    async journal() {
      const text = await readFile(file, 'utf8').catch(() => '');
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as JournalEntry);
    },
    async until(holds) {
      const deadline = performance.now() + 15_000;
      for (;;) {
        const journal = await world.journal();
        if (holds(journal)) return journal;
        if (performance.now() > deadline) throw new Error(`it never came so far: ${JSON.stringify(journal)}`);
        await delay(20);
      }
    },
    async close() {
      await transports.close();
      await client.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return world;
}
