// The key store of a data folder, opened for the writer: with the configured payload key, or with one that is made at the
// first start and kept, for want of a better place, in the data folder itself.
import { existsSync, statSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type Database from 'better-sqlite3';
import { openRandomSecret } from '../../identity/secret-file.ts';
import { openForReading } from '../sqlite/open.ts';
import { StoreError } from '../store-error.ts';
import { readPayloadKey } from './payload-key.ts';
import { isAnyLost, isAnySealed } from './lost-keys.ts';
import { defaultPlace, keepPlace, placeOf, type PayloadPlace } from './place.ts';
import { type KeyVault, openVault } from './vault.ts';

const DEFAULT_KEY = 'payload';

/** @param configured undefined: by who does not know the configuration; then the keys are where they were. */
export function placeFor(dataDir: string, configured: Partial<PayloadPlace> | undefined): PayloadPlace {
  return configured === undefined ? placeOf(dataDir) : { ...defaultPlace(dataDir), ...configured };
}

/**
 * Opens the key store of the log in `db`, or makes it with the log: not where values are sealed already with the keys of
 * one that is gone. Leaves word of where the keys are. Throws a StoreError that says what to put back.
 */
export async function openKeys(
  db: Database.Database,
  of: { readonly dataDir: string; readonly place: PayloadPlace },
): Promise<KeyVault> {
  const { dataDir, place } = of;
  const isThere = isVault(place.keys);
  if (!isThere && isAnySealed(db, dataDir)) throw lost(`the key store \`${place.keys}\` is not there`);
  await preparePayloadKey(dataDir, place, isThere);
  keepPlace(dataDir, place);
  const vault = openVaultAt(place);
  if (!isAnyLost(db, dataDir, vault)) return vault;
  vault.close();
  throw lost(
    `the key store \`${place.keys}\` lacks keys to stored values: it is an older copy, or another one`,
  );
}

/** Makes the default payload key where that is the one to use, and nothing was wrapped by one before. */
export async function preparePayloadKey(
  dataDir: string,
  place: PayloadPlace,
  isThere: boolean,
): Promise<void> {
  const { payloadKey } = defaultPlace(dataDir);
  if (!isDeepStrictEqual(place.payloadKey, payloadKey) || !('file' in payloadKey)) return;
  if (isThere && !existsSync(payloadKey.file))
    throw new StoreError(
      'payload_key',
      `the payload key \`${payloadKey.file}\` is missing, and the keys in \`${place.keys}\` are wrapped by it: put it back, or, where it is lost for good, see \`countersign keys abandon\``,
    );
  const made = await openRandomSecret(dataDir, DEFAULT_KEY);
  if (!made.ok) throw new StoreError('payload_key', made.error);
}

function lost(what: string): StoreError {
  return new StoreError(
    'payload_key',
    `${what}: put back the newest copy of it (\`log.keyStore\` says where), or, where that is lost for good, go on without what it opens: \`countersign keys abandon\``,
  );
}

/** Whether there is a key store; a file that was made and never filled is none. */
export function isVault(path: string): boolean {
  if (!existsSync(path) || statSync(path).size === 0) return false;
  const db = openForReading(path, 64);
  try {
    return Number(db.pragma('user_version', { simple: true })) > 0;
  } finally {
    db.close();
  }
}

/** Throws a StoreError where the payload key is missing or another. */
export function openVaultAt(place: PayloadPlace): KeyVault {
  const payloadKey = readPayloadKey(place.payloadKey);
  if ('problem' in payloadKey) {
    throw new StoreError('payload_key', `the payload key cannot be used: ${payloadKey.problem}`);
  }
  return openVault(place.keys, payloadKey);
}
