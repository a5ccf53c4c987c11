import { dirname } from 'node:path';
import { statSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { readPayloadKey } from '../../payload/payload-key.ts';
import { placeOf } from '../../payload/place.ts';
import { holderDigest, openHolderKey } from '../../payload/vault.ts';
import type { PayloadReader, SealedEntry } from '../../readers/payloads.ts';
import { StoreError } from '../../store-error.ts';
import { openForReading } from '../open.ts';

/** Host parameters of one statement. */
const AT_ONCE = 500;

export function createPayloadReader(db: Database.Database): PayloadReader {
  const page = db.prepare<[number, number, number], SealedEntry>(
    'SELECT idx AS "index", key FROM payloads WHERE idx >= ? AND idx < ? ORDER BY idx LIMIT ?',
  );
  const one = db.prepare<[number], SealedEntry>('SELECT idx AS "index", key FROM payloads WHERE idx = ?');
  // Values of archived entries are sealed by keys that stay here.
  const isUsed = db
    .prepare<[number, number], number>(
      'SELECT 1 FROM payloads WHERE key = ? UNION ALL SELECT 1 FROM archived_values WHERE key = ? LIMIT 1',
    )
    .pluck();
  const underKeys = db
    .prepare<[string, number], number>(
      'SELECT idx FROM payloads WHERE key IN (SELECT value FROM json_each(?)) ORDER BY idx LIMIT ?',
    )
    .pluck();
  const archivedUnder = db.prepare<[string], SealedEntry>(
    'SELECT idx AS "index", key FROM archived_values WHERE key IN (SELECT value FROM json_each(?)) ORDER BY idx',
  );
  const archivedAt = db.prepare<[number], SealedEntry>(
    'SELECT idx AS "index", key FROM archived_values WHERE idx = ?',
  );
  const recorded = db.prepare<[], string>('SELECT name FROM payload_key').pluck();
  let store: KeyStore | null = null;
  const keyStore = (): KeyStore => (store ??= openKeyStore(dirname(db.name)));

  return {
    sealed: (from, to, limit) => page.all(from, to, limit),
    sealedOf: (indexes) => indexes.flatMap((index) => one.get(index) ?? []),
    underKeys: (keys, limit) => underKeys.all(JSON.stringify(keys), limit),
    archivedUnder: (keys) => archivedUnder.all(JSON.stringify(keys)),
    archivedOf: (indexes) => indexes.flatMap((index) => archivedAt.get(index) ?? []),
    keysOf: (holder) => keyStore().ofHolder(holder),
    existing: (keys) => keys.filter((key) => keyStore().exists(key)),
    unused(from, to, limit) {
      const found: number[] = [];
      for (let after = 0; found.length < limit; ) {
        const some = keyStore().ofDays(from, to, after, AT_ONCE);
        found.push(...some.filter((key) => isUsed.get(key, key) === undefined));
        const last = some.at(-1);
        if (last === undefined || some.length < AT_ONCE) break;
        after = last;
      }
      return found.slice(0, limit);
    },
    payloadKey: () => ({ current: keyStore().payloadKey, recorded: recorded.get() ?? null }),
    fileBytes: () => ({ database: bytesOf(db.name), wal: bytesOf(`${db.name}-wal`) }),
  };
}

function bytesOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

interface KeyStore {
  readonly payloadKey: string;
  ofHolder(name: string): readonly number[];
  exists(key: number): boolean;
  ofDays(from: number, to: number, after: number, limit: number): readonly number[];
}

/** Throws a StoreError where the payload key is not at hand: without it nobody can tell whose keys are whose. */
function openKeyStore(dataDir: string): KeyStore {
  const { keys, payloadKey: source } = placeOf(dataDir);
  const payloadKey = readPayloadKey(source);
  if ('problem' in payloadKey) throw new StoreError('payload_key', payloadKey.problem);
  const db = openForReading(keys, 512);
  const holderKey = openHolderKey(db, payloadKey);
  const ofHolder = db.prepare<[Uint8Array], number>('SELECT id FROM data_keys WHERE holder = ?').pluck();
  const exists = db.prepare<[number], number>('SELECT 1 FROM data_keys WHERE id = ?').pluck();
  const ofDays = db
    .prepare<[number, number, number, number], number>(
      'SELECT id FROM data_keys WHERE day >= ? AND day < ? AND id > ? ORDER BY id LIMIT ?',
    )
    .pluck();
  return {
    payloadKey: payloadKey.name,
    ofHolder: (name) => ofHolder.all(holderDigest(holderKey, name)),
    exists: (key) => exists.get(key) !== undefined,
    ofDays: (from, to, after, limit) => ofDays.all(from, to, after, limit),
  };
}
