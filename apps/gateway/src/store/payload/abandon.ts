// Going on without keys that are lost for good: somebody says so, and why. What they sealed stays where it is, since the
// keys may be found after all; it reads as what it is, a value without its key. Runs while no gateway does.
import { existsSync, renameSync } from 'node:fs';
import { dataPaths } from '../paths.ts';
import { lockDataFolder, openForReading } from '../sqlite/open.ts';
import { StoreError } from '../store-error.ts';
import { lossesOf, type LostOf } from './lost-keys.ts';
import { isVault, openVaultAt, preparePayloadKey } from './open.ts';
import { keepPlace, type PayloadPlace } from './place.ts';
import { readPayloadKey } from './payload-key.ts';
import type { KeyVault } from './vault.ts';

export interface Abandoning {
  /** Of each log, what cannot be read any more. */
  readonly losses: readonly LostOf[];
  /** Why no key can be read; null where some can. */
  readonly problem: string | null;
}

/** What would be given up. Changes nothing. */
export function lossIn(dataDir: string, place: PayloadPlace): Abandoning {
  const db = openForReading(dataPaths(dataDir).database);
  try {
    const opened = openWhatIsThere(place);
    if ('problem' in opened) return { losses: lossesOf(db, dataDir, null), problem: opened.problem };
    const losses = lossesOf(db, dataDir, opened.vault);
    opened.vault.close();
    return { losses, problem: null };
  } finally {
    db.close();
  }
}

/**
 * Gives up what `lossIn` tells of: from here on its values are known to be without their keys. A key store that cannot be
 * opened is put aside, never deleted. Returns what was given up. Throws a StoreError.
 */
export async function abandonKeys(
  dataDir: string,
  place: PayloadPlace,
  said: { readonly reason: string; readonly actor: string },
): Promise<Abandoning> {
  const unlock = lockDataFolder(dataDir, dataPaths(dataDir));
  try {
    const found = lossIn(dataDir, place);
    if (found.losses.length === 0) return found;
    if (found.problem !== null && isVault(place.keys)) putAside(place.keys);
    await preparePayloadKey(dataDir, place, false);
    const vault = openVaultAt(place);
    try {
      for (const { origin, size } of found.losses) vault.noteLoss({ ...said, origin, before: size });
    } finally {
      vault.close();
    }
    keepPlace(dataDir, place);
    return found;
  } finally {
    unlock();
  }
}

function openWhatIsThere(place: PayloadPlace): { readonly vault: KeyVault } | { readonly problem: string } {
  if (!isVault(place.keys)) return { problem: `the key store \`${place.keys}\` is not there` };
  const key = readPayloadKey(place.payloadKey);
  if ('problem' in key) return { problem: `the payload key cannot be used: ${key.problem}` };
  try {
    return { vault: openVaultAt(place) };
  } catch (error) {
    if (error instanceof StoreError && error.code === 'payload_key') return { problem: error.message };
    throw error;
  }
}

function putAside(path: string): void {
  for (let i = 1; ; i += 1) {
    const aside = `${path}.abandoned-${i}`;
    if (existsSync(aside)) continue;
    for (const suffix of ['-wal', '-shm', ''])
      if (existsSync(`${path}${suffix}`)) renameSync(`${path}${suffix}`, `${aside}${suffix}`);
    return;
  }
}
