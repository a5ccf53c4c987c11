// Another key to wrap the data keys with: each is unwrapped and wrapped anew, in one transaction; what they sealed stays
// as it is. Runs while no gateway does.
import type Database from 'better-sqlite3';
import { dataPaths } from '../paths.ts';
import { lockDataFolder, openForWriting } from '../sqlite/open.ts';
import { StoreError } from '../store-error.ts';
import { describeSource, type PayloadKey, readPayloadKey, type Source } from './payload-key.ts';
import { keepPlace, placeOf } from './place.ts';
import { openHolderKey, sealHolderKey } from './vault.ts';
import { type KeyRow, unwrapKey, wrapKey } from './wrapped.ts';

/** Returns how many keys were wrapped anew. Throws a StoreError, and then nothing was changed. */
export function rewrapKeys(dataDir: string, to: Source): number {
  const unlock = lockDataFolder(dataDir, dataPaths(dataDir));
  try {
    const place = placeOf(dataDir);
    const [before, after] = [keyFrom(place.payloadKey), keyFrom(to)];
    if (before.name === after.name)
      throw new StoreError('payload_key', `${describeSource(to)} holds the key that is in use already`);
    const db = openForWriting(place.keys);
    try {
      const count = db.transaction(() => rewrap(db, before, after)).immediate();
      // The old form of each key is overwritten in the file, and gone from its write-ahead log.
      db.pragma('wal_checkpoint(TRUNCATE)');
      keepPlace(dataDir, { ...place, payloadKey: to });
      return count;
    } finally {
      db.close();
    }
  } finally {
    unlock();
  }
}

function rewrap(db: Database.Database, before: PayloadKey, after: PayloadKey): number {
  const holderKey = openHolderKey(db, before);
  const update = db.prepare('UPDATE data_keys SET wrapped = ? WHERE id = ?');
  const rows = db.prepare<[], KeyRow>('SELECT id, holder, day, wrapped FROM data_keys').all();
  for (const row of rows) {
    const dataKey = unwrapKey(before.secret, row);
    if (dataKey === null)
      throw new StoreError('damaged', `the data key ${row.id} in the key store was changed`);
    update.run(wrapKey(after.secret, row, dataKey), row.id);
  }
  db.prepare('UPDATE vault SET payload_key = ?, holder_key = ?').run(
    after.name,
    sealHolderKey(after, holderKey),
  );
  return rows.length;
}

function keyFrom(source: Source): PayloadKey {
  const key = readPayloadKey(source);
  if ('problem' in key) throw new StoreError('payload_key', `the payload key cannot be used: ${key.problem}`);
  return key;
}
