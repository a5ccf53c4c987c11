// `countersign serve`: runs the gateway until it is told to stop. stdout carries exactly one line, for programs.
import type { Serving } from '../../main.ts';
import { defineCommand } from '../command.ts';
import { CommandError, type ExitCode, usageError } from '../exit.ts';
import { stopSignal } from '../stop-signal.ts';
import type { Terminal } from '../terminal.ts';

const SIGNALS = {
  first: 'stopping; calls in flight may end first',
  again: 'ending at once; open calls will be recorded as unknown',
};

export const serveCommand = defineCommand({
  summary: 'Run the gateway',
  takes: [],
  options: {
    config: { type: 'string', value: 'file', help: 'configuration file; without one, all defaults' },
    data: { type: 'string', value: 'folder', help: 'data folder (COUNTERSIGN_DATA; default ./data)' },
    host: { type: 'string', value: 'address', help: 'address of the data plane' },
    port: { type: 'string', value: 'number', help: 'port of the data plane; 0 for any' },
    'admin-port': { type: 'string', value: 'number', help: 'port of the admin plane; 0 for any' },
  },
  async run({ values, terminal }) {
    const options = {
      configFile: values.config,
      dataDir: values.data ?? terminal.env['COUNTERSIGN_DATA'],
      host: values.host,
      port: portOf('--port', values.port),
      adminPort: portOf('--admin-port', values['admin-port']),
    };
    const stop = stopSignal(terminal, SIGNALS);
    const { serve } = await import('../../main.ts');
    const { StartError } = await import('../../start/problem.ts');
    const { StoreError } = await import('../../store/store-error.ts');
    let serving: Serving;
    try {
      serving = await serve(options);
    } catch (error) {
      if (error instanceof StartError || error instanceof StoreError)
        throw new CommandError(2, error.message, { cause: error });
      throw error;
    }
    announce(serving, terminal);
    return untilStopped(serving, stop, terminal);
  },
});

function announce(
  { dataUrl, adminUrl, grpcAddress, adminToken, dataDir }: Serving,
  terminal: Terminal,
): void {
  terminal.err(`agents connect to ${dataUrl}, people to ${adminUrl}`);
  if (adminToken !== undefined)
    terminal.err(`admin token (shown once, kept in ${dataDir}/admin-token): ${adminToken}`);
  const token = adminToken === undefined ? {} : { adminToken };
  const grpc = grpcAddress === null ? {} : { grpc: grpcAddress };
  terminal.out(JSON.stringify({ ready: true, data: dataUrl, admin: adminUrl, ...grpc, ...token, dataDir }));
}

async function untilStopped(serving: Serving, stop: Promise<void>, terminal: Terminal): Promise<ExitCode> {
  const reason = await Promise.race([stop.then(() => null), serving.died]);
  if (reason !== null) terminal.err(`the store died: ${reason}`);
  await serving.close();
  return reason === null ? 0 : 2;
}

function portOf(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw usageError(`\`${flag}\` is \`${text}\`: give a port from 0 to 65535`);
  return port;
}
