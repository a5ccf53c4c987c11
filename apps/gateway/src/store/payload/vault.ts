// The key store: wrapped data keys, one for each holder and day, in a database of their own, so that a backup of the
// values is no backup of their keys. The writer thread alone writes it; what it adds is durable before the first commit
// that uses it (DESIGN section 9; audit-log.md 2.3).
import { createHmac, randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type Database from 'better-sqlite3';
import { openForWriting } from '../sqlite/open.ts';
import { StoreError } from '../store-error.ts';
import { KEY_BYTES, seal, unseal } from './cipher.ts';
import type { PayloadKey } from './payload-key.ts';
import { type Holder, type KeyRow, wrapKey } from './wrapped.ts';

const SCHEMA = `
CREATE TABLE vault (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  payload_key TEXT NOT NULL,
  holder_key BLOB NOT NULL
) STRICT;
-- A retired key still opens what it sealed, and seals nothing any more.
CREATE TABLE data_keys (
  id INTEGER PRIMARY KEY,
  holder BLOB NOT NULL CHECK (length(holder) = 16),
  day INTEGER NOT NULL,
  wrapped BLOB NOT NULL,
  retired INTEGER NOT NULL DEFAULT 0 CHECK (retired IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX data_keys_in_use ON data_keys (holder, day) WHERE retired = 0;
`;
/** Since version 2: what is not among the keys was destroyed on purpose, or is lost. */
const SINCE_2 = `
CREATE TABLE destroyed_keys (id INTEGER PRIMARY KEY) STRICT;
-- Values of a log's entries below an index may be sealed with keys that somebody said are lost.
CREATE TABLE losses (
  origin TEXT PRIMARY KEY,
  before INTEGER NOT NULL,
  reason TEXT NOT NULL,
  actor TEXT NOT NULL,
  recorded INTEGER NOT NULL DEFAULT 0 CHECK (recorded IN (0, 1))
) STRICT, WITHOUT ROWID;
`;
const SCHEMA_VERSION = 2;
const HOLDER_KEY = Buffer.from('countersign/holder-key/1\0');
const HOLDER_BYTES = 16;

export interface MadeKey {
  readonly row: KeyRow;
  readonly raw: Uint8Array;
}

/** That keys to values of a log are lost, as somebody said who answers for it. */
export interface KeyLoss {
  readonly origin: string;
  /** Values of entries from here on are not concerned. */
  readonly before: number;
  readonly reason: string;
  /** JSON, as entries have it. */
  readonly actor: string;
}

export interface KeyVault {
  readonly payloadKey: PayloadKey;
  /** What stands for a name in the key store. */
  holder(name: string): Holder;
  inUse(holder: Holder, day: number): KeyRow | null;
  byId(id: number): KeyRow | null;
  /** Whether a key was destroyed on purpose. One that is neither here nor that is lost. */
  isDestroyed(id: number): boolean;
  /** Below this index it is known that keys to values of this log are lost; 0 where none are. */
  lostBefore(origin: string): number;
  /** Replaces what was said before. Durable when it returns. */
  noteLoss(loss: KeyLoss): void;
  /** Those that the log does not tell of yet. */
  unrecordedLosses(): readonly KeyLoss[];
  markRecorded(origin: string): void;
  /** Is durable after `flush`. */
  make(holder: Holder, day: number): MadeKey;
  retire(ids: readonly number[]): void;
  flush(): void;
  rollback(): void;
  /** Destroys keys for good, in a transaction of its own. */
  destroy(ids: readonly number[]): void;
  close(): void;
}

/** Opens the key store, creating it on first use. Throws a StoreError where the payload key is not the one it was made with. */
export function openVault(path: string, payloadKey: PayloadKey): KeyVault {
  const db = openForWriting(path);
  try {
    const holderKey = prepare(db, payloadKey);
    return vaultOver(db, payloadKey, holderKey);
  } catch (error) {
    db.close();
    throw error;
  }
}

/** The secret by which names become holders. */
function prepare(db: Database.Database, payloadKey: PayloadKey): Uint8Array {
  const version = Number(db.pragma('user_version', { simple: true }));
  if (version > SCHEMA_VERSION)
    throw new StoreError('foreign_database', `\`${db.name}\` was made by a newer version`);
  if (version === 0) {
    db.transaction(() => {
      db.exec(SCHEMA);
      db.exec(SINCE_2);
      const sealed = seal(payloadKey.secret, HOLDER_KEY, randomBytes(KEY_BYTES));
      db.prepare('INSERT INTO vault (id, payload_key, holder_key) VALUES (1, ?, ?)').run(
        payloadKey.name,
        sealed,
      );
      db.pragma(`user_version = ${SCHEMA_VERSION}`);
    }).exclusive();
    syncFolderOf(db.name);
  }
  const holderKey = openHolderKey(db, payloadKey);
  if (version === 1) {
    db.transaction(() => {
      db.exec(SINCE_2);
      db.pragma(`user_version = ${SCHEMA_VERSION}`);
    }).exclusive();
  }
  return holderKey;
}

export function openHolderKey(db: Database.Database, payloadKey: PayloadKey): Uint8Array {
  const sealed = db.prepare<[], Uint8Array>('SELECT holder_key FROM vault').pluck().get();
  const opened = sealed === undefined ? null : unseal(payloadKey.secret, HOLDER_KEY, sealed);
  if (opened !== null) return opened;
  throw new StoreError(
    'payload_key',
    `the keys in \`${db.name}\` are wrapped by another payload key: configure that one, or \`countersign keys rewrap\` first`,
  );
}

/** What stands for a name in the key store: always the same, and nobody's name to read. */
export const holderDigest = (holderKey: Uint8Array, name: string): Holder =>
  createHmac('sha256', holderKey).update(name).digest().subarray(0, HOLDER_BYTES);

/** For `keys rewrap`: the holder key as it is stored under another payload key. */
export const sealHolderKey = (payloadKey: PayloadKey, holderKey: Uint8Array): Uint8Array =>
  seal(payloadKey.secret, HOLDER_KEY, holderKey);

/** Flushes between two checkpoints of its write-ahead log. */
const FLUSHES_BETWEEN_CHECKPOINTS = 256;

function vaultOver(db: Database.Database, payloadKey: PayloadKey, holderKey: Uint8Array): KeyVault {
  const inUse = db.prepare<[Uint8Array, number], KeyRow>(
    'SELECT id, holder, day, wrapped FROM data_keys WHERE holder = ? AND day = ? AND retired = 0',
  );
  const byId = db.prepare<[number], KeyRow>('SELECT id, holder, day, wrapped FROM data_keys WHERE id = ?');
  const insert = db.prepare('INSERT INTO data_keys (id, holder, day, wrapped) VALUES (?, ?, ?, ?)');
  const retire = db.prepare('UPDATE data_keys SET retired = 1 WHERE id = ?');
  const remove = db.prepare('DELETE FROM data_keys WHERE id = ?');
  const isDestroyed = db.prepare<[number], number>('SELECT 1 FROM destroyed_keys WHERE id = ?').pluck();
  const noteDestroyed = db.prepare('INSERT OR IGNORE INTO destroyed_keys (id) VALUES (?)');
  const lostBefore = db.prepare<[string], number>('SELECT before FROM losses WHERE origin = ?').pluck();
  const noteLoss = db.prepare(
    'INSERT OR REPLACE INTO losses (origin, before, reason, actor) VALUES (@origin, @before, @reason, @actor)',
  );
  const unrecorded = db.prepare<[], KeyLoss>(
    'SELECT origin, before, reason, actor FROM losses WHERE recorded = 0 ORDER BY origin',
  );
  const markRecorded = db.prepare('UPDATE losses SET recorded = 1 WHERE origin = ?');
  const destroy = db.transaction((ids: readonly number[]) => {
    for (const id of ids) {
      remove.run(id);
      noteDestroyed.run(id);
    }
  });
  let flushes = 0;
  const begin = (): void => {
    if (!db.inTransaction) db.exec('BEGIN IMMEDIATE');
  };

  return {
    payloadKey,
    holder: (name) => holderDigest(holderKey, name),
    inUse: (holder, day) => inUse.get(holder, day) ?? null,
    byId: (id) => byId.get(id) ?? null,
    isDestroyed: (id) => isDestroyed.get(id) !== undefined,
    lostBefore: (origin) => lostBefore.get(origin) ?? 0,
    unrecordedLosses: () => unrecorded.all(),
    markRecorded: (origin) => void markRecorded.run(origin),
    noteLoss: (loss) => void noteLoss.run(loss),
    make(holder, day) {
      begin();
      const raw = randomBytes(KEY_BYTES);
      const place = { id: randomId(), holder, day };
      const row = { ...place, wrapped: wrapKey(payloadKey.secret, place, raw) };
      insert.run(row.id, holder, day, row.wrapped);
      return { row, raw };
    },
    retire(ids) {
      begin();
      for (const id of ids) retire.run(id);
    },
    flush() {
      if (!db.inTransaction) return;
      db.exec('COMMIT');
      flushes += 1;
      if (flushes % FLUSHES_BETWEEN_CHECKPOINTS === 0) db.pragma('wal_checkpoint(PASSIVE)');
    },
    rollback() {
      if (db.inTransaction) db.exec('ROLLBACK');
    },
    destroy(ids) {
      destroy.immediate(ids);
      // What was deleted is overwritten with zeros in the file itself, and gone from its write-ahead log.
      db.pragma('wal_checkpoint(TRUNCATE)');
    },
    close() {
      // WHY: readers may close after this, and leave what they find in the write-ahead log. A copy is to be one file.
      if (!db.inTransaction) db.pragma('wal_checkpoint(TRUNCATE)');
      db.close();
    },
  };
}

/** WHY: the file is made, and may be the only thing in its folder: a power cut must not take it back. */
function syncFolderOf(path: string): void {
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function randomId(): number {
  return randomBytes(8).readUIntBE(0, 6) * 16 + ((randomBytes(1)[0] ?? 0) % 16) || randomId();
}
