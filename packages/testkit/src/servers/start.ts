// Starts each example MCP server as a process of its own.
import { type RunningProcess, startProcess } from '../process.ts';

const SCRIPTS = {
  crm: new URL('./crm.ts', import.meta.url),
  payments: new URL('./payments.ts', import.meta.url),
  warehouse: new URL('./warehouse.ts', import.meta.url),
  mailer: new URL('./mailer.ts', import.meta.url),
  fixture: new URL('./fixture.ts', import.meta.url),
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
