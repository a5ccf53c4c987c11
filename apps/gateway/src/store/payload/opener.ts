// The readers' side of the values beside the log: opens what the writer sealed, as far as the keys are there. Without a
// key a value is withheld, which is no fault of the log; a value that does not open with its own key was changed.
import { dirname } from 'node:path';
import { existsSync } from 'node:fs';
import type { KeyObject } from 'node:crypto';
import type { Detail, StoredEntry } from '@countersign/audit';
import Database from 'better-sqlite3';
import { openForReading } from '../sqlite/open.ts';
import { StoreError } from '../store-error.ts';
import { cellBinding, entryBinding } from './binding.ts';
import { unseal } from './cipher.ts';
import { glanceFrame, readFrame } from './framing.ts';
import { readPayloadKey } from './payload-key.ts';
import { placeOf, type PayloadPlace } from './place.ts';
import { dataKeyOf, type KeyRow } from './wrapped.ts';

/** `erased`: its key was destroyed. `withheld`: its key is lost, or none can be read here. `damaged`: it is not what was sealed. */
export type Opened<T> = T | 'erased' | 'withheld' | 'damaged';

export interface PayloadOpener {
  entry(index: number, key: number, sealed: Uint8Array): Opened<readonly Detail[]>;
  /** The same for those who keep none of them: each is a view of all, and keeps it alive. */
  glance(index: number, key: number, sealed: Uint8Array): Opened<readonly Detail[]>;
  cell(
    place: { readonly table: string; readonly column: string; readonly row: string },
    key: number,
    sealed: Uint8Array,
  ): Opened<Uint8Array>;
  /** Why values are withheld here that were not erased; null where the keys are at hand. */
  readonly problem: string | null;
}

/** What an entry's reader tells of its values. */
export function openedValues(
  opened: Opened<readonly Detail[]>,
): Pick<StoredEntry, 'details' | 'withheld' | 'damaged'> {
  switch (opened) {
    case 'erased':
      return { details: [] };
    case 'withheld':
      return { details: [], withheld: true };
    case 'damaged':
      return { details: [], damaged: true };
    default:
      return { details: opened };
  }
}

const openers = new WeakMap<Database.Database, PayloadOpener>();

/** The opener of the log in `db`, by the keys that its data folder names. One for each connection. */
export function openerOf(db: Database.Database): PayloadOpener {
  const known = openers.get(db);
  if (known !== undefined) return known;
  const origin = db.prepare<[], string>('SELECT origin FROM log_head').pluck();
  const opener = createOpener(
    keysAt(() => placeOf(dirname(db.name))),
    () => origin.get() ?? '',
  );
  openers.set(db, opener);
  return opener;
}

/** The opener of values of a log that lie in a folder by themselves, by the keys that the folder names. */
export function openerIn(folder: string, origin: string): PayloadOpener {
  return createOpener(
    keysAt(() => placeOf(folder)),
    () => origin,
  );
}

interface KeySource {
  secret(id: number): KeyObject | 'erased' | 'withheld';
  readonly problem: string | null;
}

function createOpener(keys: KeySource, originOf: () => string): PayloadOpener {
  let bound: ((index: number) => Uint8Array) | null = null;
  const details = (
    read: typeof readFrame,
    index: number,
    key: number,
    sealed: Uint8Array,
  ): Opened<readonly Detail[]> => {
    const secret = keys.secret(key);
    if (typeof secret === 'string') return secret;
    bound ??= entryBinding(originOf());
    const frame = unseal(secret, bound(index), sealed);
    return (frame === null ? null : read(frame)) ?? 'damaged';
  };
  return {
    entry: (index, key, sealed) => details(readFrame, index, key, sealed),
    glance: (index, key, sealed) => details(glanceFrame, index, key, sealed),
    cell({ table, column, row }, key, sealed) {
      const secret = keys.secret(key);
      if (typeof secret === 'string') return secret;
      return unseal(secret, cellBinding(table, column, row), sealed) ?? 'damaged';
    },
    get problem() {
      return keys.problem;
    },
  };
}

const MOST_KEYS = 4096;

/** Keys as they are asked for, read through a connection that is opened at the first of them. */
function keysAt(place: () => PayloadPlace): KeySource {
  const known = new Map<number, KeyObject>();
  let store: ReturnType<typeof openStore> | null = null;
  const opened = () => (store ??= openStore(place()));
  return {
    secret(id) {
      const before = known.get(id);
      if (before !== undefined) return before;
      const from = opened();
      if ('problem' in from) return 'withheld';
      const secret = from.read(id);
      if (typeof secret === 'string') return secret;
      if (known.size >= MOST_KEYS) known.clear();
      known.set(id, secret);
      return secret;
    },
    get problem() {
      const from = opened();
      return 'problem' in from ? from.problem : null;
    },
  };
}

function openStore({
  keys,
  payloadKey: source,
}: PayloadPlace):
  | { readonly read: (id: number) => KeyObject | 'erased' | 'withheld' }
  | { readonly problem: string } {
  if (!existsSync(keys)) return { problem: `the key store \`${keys}\` is not there` };
  const payloadKey = readPayloadKey(source);
  if ('problem' in payloadKey) return { problem: `the payload key cannot be used: ${payloadKey.problem}` };
  try {
    const db = openForReading(keys, 512);
    const made = db.prepare<[], string>('SELECT payload_key FROM vault').pluck().get();
    if (made !== payloadKey.name) {
      db.close();
      return { problem: `the keys in \`${keys}\` are wrapped by another payload key` };
    }
    const row = db.prepare<[number], KeyRow>('SELECT id, holder, day, wrapped FROM data_keys WHERE id = ?');
    const isDestroyed = destroyedIn(db);
    return {
      read(id) {
        const found = row.get(id);
        if (found !== undefined) return dataKeyOf(payloadKey.secret, found) ?? 'withheld';
        return isDestroyed(id) ? 'erased' : 'withheld';
      },
    };
  } catch (error) {
    if (!(error instanceof StoreError) && !(error instanceof Database.SqliteError)) throw error;
    return { problem: `the key store \`${keys}\` cannot be read: ${error.message}` };
  }
}

/** A key store of an earlier version does not tell what was destroyed from what is lost. */
function destroyedIn(db: Database.Database): (id: number) => boolean {
  if (Number(db.pragma('user_version', { simple: true })) < 2) return () => true;
  const one = db.prepare<[number], number>('SELECT 1 FROM destroyed_keys WHERE id = ?').pluck();
  return (id) => one.get(id) !== undefined;
}
