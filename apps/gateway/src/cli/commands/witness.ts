// `countersign witness`: watches over logs for somebody else, and cosigns what only ever grew. stdout carries exactly one
// line, for programs.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { importNoteVerifier, type NoteVerifier, parseTrust } from '@countersign/audit';
import { openWitnessKey } from '../../witness/key.ts';
import { defineCommand } from '../command.ts';
import { CommandError, usageError } from '../exit.ts';
import { stopSignal } from '../stop-signal.ts';
import { counted } from '../text.ts';

const SIGNALS = { first: 'stopping', again: 'ending at once' };

export const witnessCommand = defineCommand({
  summary: 'Run a witness (C2SP tlog-witness) that cosigns the checkpoints of logs',
  takes: [],
  options: {
    data: { type: 'string', value: 'folder', help: 'folder of the witness: its key and what it remembers' },
    listen: { type: 'string', value: 'host:port', help: 'address to listen on (default 127.0.0.1:4190)' },
    name: { type: 'string', value: 'name', help: 'name of the key, when it is made: `witness.example/one`' },
    log: { type: 'string', multiple: true, value: 'vkey', help: 'a log to witness; may be repeated' },
    config: { type: 'string', value: 'file', help: 'a trust policy, of which the `log` lines count' },
    'show-key': { type: 'boolean', help: 'print the public key and end' },
  },
  async run({ values, terminal }) {
    if (values.data === undefined) throw usageError('`--data` is missing: name the folder of the witness');
    const dataDir = resolve(terminal.cwd, values.data);
    const name = values.name ?? null;
    if (values['show-key'] === true) {
      const cosigner = await openWitnessKey(dataDir, name);
      if (!cosigner.ok) throw new CommandError(2, cosigner.error);
      const { vkey } = cosigner.value;
      terminal.out(values.json === true ? JSON.stringify({ name: cosigner.value.name, vkey }) : vkey);
      return 0;
    }
    const { host, port } = addressOf(values.listen ?? '127.0.0.1:4190');
    const logs = await logsOf(values.log ?? [], values.config);
    const stop = stopSignal(terminal, SIGNALS);
    const { startWitness } = await import('../../witness/start.ts');
    const { StartError } = await import('../../start/problem.ts');
    const { StoreError } = await import('../../store/store-error.ts');
    const tell = (message: string): void => terminal.err(message);
    const witness = await startWitness({ dataDir, host, port, name, logs, now: Date.now, tell }).catch(
      (error: unknown) => {
        if (error instanceof StartError || error instanceof StoreError)
          throw new CommandError(2, error.message, { cause: error });
        throw error;
      },
    );
    const url = `http://${host.includes(':') ? `[${host}]` : host}:${witness.port}`;
    terminal.err(
      `witness \`${witness.name}\` listens on ${url} for ${counted(new Set(logs.map((log) => log.name)).size, 'log')}`,
    );
    terminal.out(JSON.stringify({ ready: true, url, name: witness.name, vkey: witness.vkey, dataDir }));
    const reason = await Promise.race([stop.then(() => null), witness.died]);
    if (reason !== null) {
      // What is on disk is in doubt: nothing more must be written, not even in good order.
      terminal.err(`the witness cannot keep what it saw: ${reason}`);
      process.exit(2);
    }
    await witness.close();
    return 0;
  },
});

async function logsOf(vkeys: readonly string[], file: string | undefined): Promise<readonly NoteVerifier[]> {
  const logs: NoteVerifier[] = [];
  for (const vkey of vkeys) {
    const verifier = await importNoteVerifier(vkey);
    if (!verifier.ok) throw usageError(`\`--log ${vkey}\` is no key of a log: ${verifier.error.message}`);
    logs.push(verifier.value);
  }
  if (file === undefined) return logs;
  const text = await readFile(file).catch((error: unknown) => {
    throw new CommandError(2, `the file \`${file}\` cannot be read`, { cause: error });
  });
  const trust = await parseTrust(new Uint8Array(text));
  if (!trust.ok) throw new CommandError(2, `the file \`${file}\`: ${trust.error.message}`);
  return [...logs, ...trust.value.logs.map(({ verifier }) => verifier)];
}

function addressOf(text: string): { readonly host: string; readonly port: number } {
  const match = /^(\[[0-9a-f:.]+\]|[a-z0-9.-]+):([0-9]{1,5})$/i.exec(text);
  const port = Number(match?.[2]);
  if (match === null || port > 65_535)
    throw usageError(`\`--listen ${text}\` is no address: write \`host:port\`, such as \`127.0.0.1:4190\``);
  return { host: (match[1] ?? '').replaceAll(/[[\]]/g, ''), port };
}
