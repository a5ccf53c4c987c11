// The key store of a data folder, opened for the writer: with the configured payload key, or with one that is made at the
// first start and kept, for want of a better place, in the data folder itself.
import { isDeepStrictEqual } from 'node:util';
import { openRandomSecret } from '../../identity/secret-file.ts';
import { StoreError } from '../store-error.ts';
import { readPayloadKey } from './payload-key.ts';
import { defaultPlace, keepPlace, placeOf, type PayloadPlace } from './place.ts';
import { type KeyVault, openVault } from './vault.ts';

const DEFAULT_KEY = 'payload';

/**
 * Makes the default payload key where that is the one to use, and leaves word of where the keys are.
 *
 * @param configured undefined: by who does not know the configuration; then it stays where it is.
 */
export async function preparePlace(
  dataDir: string,
  configured: Partial<PayloadPlace> | undefined,
): Promise<PayloadPlace> {
  const own = defaultPlace(dataDir);
  const place = configured === undefined ? placeOf(dataDir) : { ...own, ...configured };
  if (isDeepStrictEqual(place.payloadKey, own.payloadKey)) {
    const made = await openRandomSecret(dataDir, DEFAULT_KEY);
    if (!made.ok) throw new StoreError('payload_key', made.error);
  }
  keepPlace(dataDir, place);
  return place;
}

/** Throws a StoreError where the payload key is missing or another. */
export function openVaultAt(place: PayloadPlace): KeyVault {
  const payloadKey = readPayloadKey(place.payloadKey);
  if ('problem' in payloadKey) {
    throw new StoreError('payload_key', `the payload key cannot be used: ${payloadKey.problem}`);
  }
  return openVault(place.keys, payloadKey);
}
