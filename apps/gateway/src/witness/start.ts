// Starts a witness: key, memory, listener. It shares nothing with a gateway and trusts none; whoever operates the log that
// it watches should not operate it.
import { mkdir } from 'node:fs/promises';
import { equalBytes, importCosignatureVerifier, type NoteVerifier } from '@countersign/audit';
import { listen } from '../listen.ts';
import { StartError } from '../start/problem.ts';
import { witnessHttp } from './http.ts';
import { openWitnessKey } from './key.ts';
import { openWitnessState } from './state.ts';
import { createWitness } from './witness.ts';
import { messageOf } from '../message-of.ts';

export interface WitnessOptions {
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  /** Null: that of the key that is there. */
  readonly name: string | null;
  readonly logs: readonly NoteVerifier[];
  readonly now: () => number;
  readonly tell: (message: string) => void;
}

export interface RunningWitness {
  readonly port: number;
  readonly name: string;
  readonly vkey: string;
  /** Resolves when what is on disk is in doubt; the process should then end. */
  readonly died: Promise<string>;
  close(): Promise<void>;
}

const HEADER_BYTES = 16 * 1024;
const GRACE_MS = 3000;

/** Throws a StartError, or a StoreError, when the witness must not start. */
export async function startWitness(options: WitnessOptions): Promise<RunningWitness> {
  const { dataDir, host, port, logs, now, tell } = options;
  if (logs.length === 0)
    throw new StartError(
      'there is no log to witness: name one with `--log <vkey>`, or a file with `--config`',
    );
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const cosigner = await openWitnessKey(dataDir, options.name);
  if (!cosigner.ok) throw new StartError(cosigner.error);
  const own = await importCosignatureVerifier(cosigner.value.vkey);
  if (own.ok && logs.some(({ publicKey }) => equalBytes(publicKey, own.value.publicKey)))
    throw new StartError('a log to witness has the key of this witness: nobody can witness themselves');
  const state = openWitnessState(dataDir);
  const died = Promise.withResolvers<string>();
  const onFailure = (error: unknown): void => died.resolve(messageOf(error));
  const witness = createWitness({ state, cosigner: cosigner.value, logs, now, tell });
  const listener = await listen(witnessHttp({ witness, state, logs, onFailure }), {
    host,
    port,
    headerBytes: HEADER_BYTES,
  }).catch((error: unknown) => {
    state.close();
    throw error;
  });
  return {
    port: listener.port,
    name: cosigner.value.name,
    vkey: cosigner.value.vkey,
    died: died.promise,
    async close() {
      await listener.close(GRACE_MS);
      state.close();
    },
  };
}
