// Where the keys to the values beside a log are kept: the wrapped ones in a database of their own, the one that wraps
// them in a file or in the environment. A note in the data folder says where, so that whoever reads the folder (other
// threads, `verify`) finds them; it holds no secret.
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { z } from 'zod';
import { StoreError } from '../store-error.ts';

const Place = z.strictObject({
  keys: z.string().min(1),
  payloadKey: z.union([
    z.strictObject({ file: z.string().min(1) }),
    z.strictObject({ env: z.string().min(1) }),
  ]),
});

export interface PayloadPlace {
  /** Path of the database of wrapped keys. It must not be in the same backup as the data folder. */
  readonly keys: string;
  /** What wraps them: the file, or the environment variable, that holds 32 bytes in base64url. */
  readonly payloadKey: { readonly file: string } | { readonly env: string };
}

const noteIn = (dataDir: string): string => join(dataDir, 'payload-store.json');

/** Whether a folder says where its keys are: the last thing that an archive of a log is given. */
export const isPlaced = (dataDir: string): boolean => textOf(noteIn(dataDir)) !== null;

export function defaultPlace(dataDir: string): PayloadPlace {
  return {
    keys: join(dataDir, 'payload-keys.db'),
    payloadKey: { file: join(dataDir, 'keys', 'payload.key') },
  };
}

/** What the configuration says of it. */
export function configuredPlace({
  payloadKey,
  keyStore,
}: {
  readonly payloadKey: PayloadPlace['payloadKey'] | null;
  readonly keyStore: string | null;
}): Partial<PayloadPlace> {
  return {
    ...(payloadKey === null ? {} : { payloadKey }),
    ...(keyStore === null ? {} : { keys: keyStore }),
  };
}

/** The list of what was erased, which must outlive a database that is put back from a backup. */
export function erasuresFile({ keys }: PayloadPlace): string {
  return join(dirname(keys), 'erasures.jsonl');
}

/** Where the gateway of this folder said that the keys are; the default where it said nothing. */
export function placeOf(dataDir: string): PayloadPlace {
  const text = textOf(noteIn(dataDir));
  if (text === null) return defaultPlace(dataDir);
  try {
    const { keys, payloadKey } = Place.parse(JSON.parse(text));
    return placed(keys, payloadKey, (path) => resolve(dataDir, path));
  } catch (error) {
    throw new StoreError(
      'damaged',
      `\`${noteIn(dataDir)}\` cannot be read: start the gateway once, which writes it anew`,
      { cause: error },
    );
  }
}

/** Paths within the folder are kept as such, so that a copy of the folder is a folder of its own. */
export function keepPlace(dataDir: string, { keys, payloadKey }: PayloadPlace): void {
  const kept = placed(keys, payloadKey, (path) => {
    const inside = relative(dataDir, path);
    return inside.startsWith('..') || isAbsolute(inside) ? resolve(path) : inside;
  });
  const text = `${JSON.stringify(kept)}\n`;
  if (textOf(noteIn(dataDir)) !== text) replaceWith(noteIn(dataDir), text);
}

/** Durable, and never torn: a start that loses its power must not be the last one. */
function replaceWith(path: string, text: string): void {
  const file = openSync(`${path}.new`, 'w', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.new`, path);
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function placed(
  keys: string,
  payloadKey: PayloadPlace['payloadKey'],
  path: (path: string) => string,
): PayloadPlace {
  return {
    keys: path(keys),
    payloadKey: 'file' in payloadKey ? { file: path(payloadKey.file) } : payloadKey,
  };
}
