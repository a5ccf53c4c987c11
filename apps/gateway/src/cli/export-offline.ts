// An export from a data folder on which no gateway runs. It takes the folder as a gateway would, since taking entries
// away is an entry too: without one there is no export.
import { newId } from '@countersign/audit';
import { openRecorded } from '../archive/recorded.ts';
import { createExportDesk } from '../bundles/desk.ts';
import { loadConfig } from '../config.ts';
import { ExportError } from '../exports/types.ts';
import { neverStoreOf } from '../config/privacy.ts';
import { neverStoring } from '../never-store/writer.ts';
import { operatorName } from '../operator.ts';
import { settleErasures } from '../start/erasures.ts';
import { openNodeKeys } from '../start/keys.ts';
import { logOrigin } from '../start/origin.ts';
import { orStop, StartError } from '../start/problem.ts';
import { openRecoveredStore } from '../start/store.ts';
import { dataPaths } from '../store/paths.ts';
import { StoreError } from '../store/store-error.ts';
import type { AskedExport, TakenExport } from './commands/export.ts';
import { CommandError } from './exit.ts';
import { dataFolder } from './gateway.ts';
import { openLogFolder } from './log-folder.ts';
import type { Terminal } from './terminal.ts';

export async function exportOffline(
  asked: AskedExport,
  values: { readonly data?: string | undefined; readonly config?: string | undefined },
  terminal: Terminal,
): Promise<TakenExport> {
  const dataDir = dataFolder(values, terminal);
  // Says what is wrong with a folder that has no log, instead of making one.
  (await openLogFolder(dataDir)).close();
  const { store, spill, neverStore } = await openFolder(dataDir, values.config ?? null, terminal);
  const close = async (): Promise<void> => {
    await store.close();
    spill.close();
  };
  try {
    const { readers } = store;
    const desk = createExportDesk({
      readers,
      archived: (signal) => openRecorded(readers, signal),
      writer: neverStoring(store, neverStore),
      signNow: () => store.signNow(),
      signer: null,
      now: () => Date.now(),
      onProgress: terminal.isInteractive ? (line) => terminal.progress(line) : undefined,
    });
    const place = (given: number | string | undefined): number | Date | undefined => {
      if (typeof given !== 'string') return given;
      const time = new Date(given);
      if (Number.isNaN(time.getTime()))
        throw new CommandError(2, `\`${given}\` is no entry index and no time`);
      return time;
    };
    const query = { ...asked.query, from: place(asked.query.from), to: place(asked.query.to) };
    const actor = { user: operatorName(), uid: null, via: 'cli' } as const;
    const made = await desk.start({ ...asked, query }, actor, new AbortController().signal);
    return { ...made, pieces: bytesOf(made.pieces), close };
  } catch (error) {
    await close();
    throw error instanceof ExportError ? new CommandError(1, error.message, { cause: error }) : error;
  }
}

async function openFolder(dataDir: string, configFile: string | null, terminal: Terminal) {
  const now = (): number => Date.now();
  try {
    const config = orStop(await loadConfig(configFile, { data: dataDir }));
    const origin = await logOrigin(dataDir, config.log.origin);
    const keys = await openNodeKeys(dataDir, origin);
    const headFile = config.log.head.file ?? dataPaths(dataDir).checkpoint;
    const opened = await openRecoveredStore({ dataDir, origin, node: newId('node'), keys, headFile, now });
    // What was erased must not leave because a backup brought it back.
    await settleErasures(opened.store, { dataDir, origin, tell: (message) => terminal.err(message) }).catch(
      async (error: unknown) => {
        await opened.store.close();
        opened.spill.close();
        throw error;
      },
    );
    return { ...opened, neverStore: neverStoreOf(config.log.neverStore) };
  } catch (error) {
    if (!(error instanceof StartError) && !(error instanceof StoreError)) throw error;
    throw new CommandError(
      2,
      `${error.message}; where a gateway runs, export through it, without \`--offline\``,
      {
        cause: error,
      },
    );
  }
}

async function* bytesOf(pieces: AsyncIterable<string>): AsyncGenerator<Uint8Array, void> {
  for await (const piece of pieces) yield Buffer.from(piece, 'utf8');
}
