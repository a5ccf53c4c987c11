// The log of a data folder, opened to be written by a command: only while no gateway runs on it. For acts that belong to
// whoever has the folder and its keys, and that must be in the log.
import { type KeyManifest, newId, parseKeyManifest } from '@countersign/audit';
import { type KeyFile, keyFiles } from '../checkpoints/key-files.ts';
import { loadConfig } from '../config.ts';
import { describeProblems } from '../config/problems.ts';
import type { Result } from '../errors.ts';
import { placeOf } from '../store/payload/place.ts';
import { dataPaths } from '../store/paths.ts';
import type { KeyManifestRecord } from '../store/readers/keys.ts';
import { openStore } from '../store/sqlite/requests/client.ts';
import { createKeyReader } from '../store/sqlite/readers/keys.ts';
import type { Store } from '../store/store.ts';
import { StoreError } from '../store/store-error.ts';
import { CommandError } from './exit.ts';
import { openLogFolder } from './log-folder.ts';

export const CONFIG_OPTION = {
  config: {
    type: 'string',
    value: 'file',
    help: 'configuration, where it keeps the head of the log elsewhere (`log.head.file`)',
  },
} as const;

export interface OwnLog {
  readonly dataDir: string;
  readonly origin: string;
  readonly record: KeyManifestRecord;
  readonly manifest: KeyManifest;
}

/** What the log says of itself, read before it is opened to be written. */
export async function readOwnLog(dataDir: string): Promise<OwnLog> {
  const folder = await openLogFolder(dataDir);
  try {
    const { origin } = await folder.log.head();
    const record = await createKeyReader(folder.db).manifest();
    const manifest = record === null ? null : parseKeyManifest(record.note);
    if (record === null || manifest?.ok !== true) {
      throw new CommandError(
        1,
        'this log has no key manifest yet: start the gateway once, which signs the first one',
      );
    }
    return { dataDir, origin, record, manifest: manifest.value };
  } finally {
    folder.close();
  }
}

/** Opens it with all checkpoint keys that are here; `more` are those just made. Close it in any case. */
export async function openOwnStore(
  { dataDir, origin }: Pick<OwnLog, 'dataDir' | 'origin'>,
  options: { readonly headFile: string; readonly more: readonly KeyFile[] },
): Promise<Store> {
  const here = orFail(await keyFiles(dataDir, 'checkpoint', origin));
  const others = options.more.filter(({ path }) => here.every((file) => file.path !== path));
  const [first, ...later] = [...here, ...others].map(({ skey }) => skey);
  if (first === undefined)
    throw new CommandError(2, `no checkpoint key of \`${origin}\` is in \`${dataDir}/keys\``);
  return openStore({
    dataDir,
    origin,
    node: newId('node'),
    checkpointKey: first,
    laterCheckpointKeys: later,
    headFile: options.headFile,
    payload: placeOf(dataDir),
    now: Date.now,
  }).catch((error: unknown) => {
    if (!(error instanceof StoreError)) throw error;
    const message =
      error.code === 'in_use' ? `${error.message}; this command needs the gateway stopped` : error.message;
    throw new CommandError(2, message, { cause: error });
  });
}

/** Where the configuration has the head of the log kept. */
export async function headFileOf(
  dataDir: string,
  configFile: string | undefined,
  cwd: string,
): Promise<string> {
  if (configFile === undefined) return dataPaths(dataDir).checkpoint;
  const config = await loadConfig(configFile, { data: dataDir }, cwd);
  if (!config.ok) throw new CommandError(2, describeProblems(config.error));
  return config.value.log.head.file ?? dataPaths(dataDir).checkpoint;
}

/** The value, or the end of the command: it could not run. */
export function orFail<T>(result: Result<T, string>): T {
  if (result.ok) return result.value;
  throw new CommandError(2, result.error);
}
