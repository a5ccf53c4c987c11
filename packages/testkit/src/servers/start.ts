// Starts each example MCP server as a process of its own.
import { fileURLToPath } from 'node:url';

import { type RunningProcess, startProcess } from '../process.ts';

const SCRIPTS = {
  crm: new URL('./crm.ts', import.meta.url),
  payments: new URL('./payments.ts', import.meta.url),
  warehouse: new URL('./warehouse.ts', import.meta.url),
  mailer: new URL('./mailer.ts', import.meta.url),
  fixture: new URL('./fixture.ts', import.meta.url),
  tasks: new URL('./tasks.ts', import.meta.url),
  'tasks-2025': new URL('./tasks-2025.ts', import.meta.url),
} as const;

export type ExampleServer = keyof typeof SCRIPTS;

export type ServerOptions = {
  readonly port?: number;
  /** Waits this long before it handles each POST. */
  readonly latencyMs?: number;
  /** Where `payments` and `mailer` write their effects; required for these two. */
  readonly ledger?: string;
};

/** Starts one of the kit's own servers; `url` is its MCP endpoint. */
export function startMcpServer(name: ExampleServer, options: ServerOptions = {}): Promise<RunningProcess> {
  const args = ['--port', String(options.port ?? 0), '--latency-ms', String(options.latencyMs ?? 0)];
  if (options.ledger !== undefined) args.push('--ledger', options.ledger);
  return startProcess({ script: SCRIPTS[name], args });
}

/** Starts `@modelcontextprotocol/server-everything` as published, in its streamable HTTP mode. */
export function startEverythingServer(): Promise<RunningProcess> {
  return startProcess({
    script: new URL(import.meta.resolve('@modelcontextprotocol/server-everything/dist/index.js')),
    args: ['streamableHttp'],
    execArgv: ['--import', new URL('./everything-preload.ts', import.meta.url).href],
    env: { PORT: '0' },
  });
}

const pathOf = (url: string | URL): string => fileURLToPath(url);

/** Servers that are reached by their standard streams: what a manifest's `stdio` needs to run them. */
export const stdioServers = {
  v1: { command: process.execPath, args: [pathOf(new URL('./stdio-v1.ts', import.meta.url))] },
  v2: { command: process.execPath, args: [pathOf(new URL('./stdio-v2.ts', import.meta.url))] },
  /** `@modelcontextprotocol/server-everything` as published. */
  everything: {
    command: process.execPath,
    args: [pathOf(import.meta.resolve('@modelcontextprotocol/server-everything/dist/index.js')), 'stdio'],
  },
} as const;

/** Starts a server on the old HTTP+SSE transport; `url` is that of its event stream. */
export function startSseServer(options: { readonly journal?: string } = {}): Promise<RunningProcess> {
  const env = options.journal === undefined ? {} : { JOURNAL: options.journal };
  return startProcess({ script: new URL('./sse-v1.ts', import.meta.url), env });
}
