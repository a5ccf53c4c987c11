// The writer's side of the values beside the log: seals those of each entry in one piece, under the key of whom they are
// about. Keys that it had to make are durable (`flush`) before the commit that uses them.
import type { KeyObject } from 'node:crypto';
import type Database from 'better-sqlite3';
import { createRecent } from '../recent.ts';
import { StoreError } from '../store-error.ts';
import { cellBinding, entryBinding } from './binding.ts';
import { secretKey, seal } from './cipher.ts';
import type { SealCell } from './cells.ts';
import { agentHolder, type HolderName, STATE, SYSTEM } from './holder-name.ts';
import type { KeyVault } from './vault.ts';
import { dataKeyOf, type Holder } from './wrapped.ts';

export interface SealedPayload {
  readonly key: number;
  readonly sealed: Uint8Array;
}

/** The values of an entry, and whose they are. */
export interface ToSeal {
  readonly agent: string | null;
  readonly call: string | null;
  /** As `ownHolder` says. */
  readonly holder: HolderName | null;
  /** As `frameDetails` makes it. */
  readonly frame: Uint8Array;
}

export interface PayloadSealer {
  /** `time` is the entry's, in microseconds since the epoch. */
  seal(entry: ToSeal, index: number, time: number): SealedPayload;
  readonly sealCell: SealCell;
  /** The key in use for a holder on the day of `time`. */
  keyFor(holder: HolderName, time: number): DataKey;
  /** The same by what stands for the holder in the key store. */
  keyOf(holder: Holder, day: number): DataKey;
  flush(): void;
  /** The batch was not written: keys made for it are forgotten. */
  rollback(): void;
  /** These keys seal nothing any more from here on; they still open. */
  retire(keys: readonly number[]): void;
  destroy(keys: readonly number[]): void;
}

export interface DataKey {
  readonly id: number;
  readonly secret: KeyObject;
}

interface DayKey extends DataKey {
  readonly day: number;
}

const DAY_US = 86_400_000_000;
/** Of the one key for cells of state tables: a day that is not over before the year 2243. */
const NO_DAY = 100_000;
/** A holder or a call that comes again after so many others is read again. */
const HOLDERS_REMEMBERED = 4096;
const CALLS_REMEMBERED = 8192;

export function createPayloadSealer(db: Database.Database, vault: KeyVault, origin: string): PayloadSealer {
  const boundTo = entryBinding(origin);
  const keys = createRecent<HolderName, DayKey>(HOLDERS_REMEMBERED);
  const calls = createRecent<string, HolderName>(CALLS_REMEMBERED);
  const made = new Set<HolderName>();
  const holderKeyOfCall = db
    .prepare<[string], number>(
      'SELECT payloads.key FROM calls JOIN payloads ON payloads.idx = calls.decided_index WHERE calls.id = ?',
    )
    .pluck();

  /** By name where it is known; by the digest in the key store where the call is from an earlier run. */
  function holderOf({ agent, call, holder: own }: ToSeal): HolderName {
    if (own !== null) {
      if (call !== null) calls.set(call, own);
      return own;
    }
    if (call === null) return SYSTEM;
    const known = calls.get(call);
    if (known !== undefined) return known;
    const key = holderKeyOfCall.get(call);
    const row = key === undefined ? null : vault.byId(key);
    const holder = row === null ? agentHolder(agent) : digestName(row.holder);
    calls.set(call, holder);
    return holder;
  }

  function keyFor(holder: HolderName, time: number): DataKey {
    const day = Math.floor(time / DAY_US);
    const known = keys.get(holder);
    if (known?.day === day) return known;
    const digest = digestOf(holder) ?? vault.holder(holder);
    const row = vault.inUse(digest, day);
    let key: DayKey;
    if (row === null) {
      const { row: fresh, raw } = vault.make(digest, day);
      key = { id: fresh.id, secret: secretKey(raw), day };
      made.add(holder);
    } else {
      const secret = dataKeyOf(vault.payloadKey.secret, row);
      if (secret === null)
        throw new StoreError('damaged', `the data key ${row.id} in the key store was changed`);
      key = { id: row.id, secret, day };
    }
    keys.set(holder, key);
    return key;
  }

  const forget = (gone: readonly number[]): void => {
    for (const [holder, { id }] of keys.entries()) if (gone.includes(id)) keys.delete(holder);
  };

  return {
    keyFor,
    keyOf: (holder, day) => keyFor(digestName(holder), day * DAY_US),
    seal(entry, index, time) {
      const { id, secret } = keyFor(holderOf(entry), time);
      return { key: id, sealed: seal(secret, boundTo(index), entry.frame) };
    },
    sealCell({ table, column, row }, plaintext) {
      const { id, secret } = keyFor(STATE, NO_DAY * DAY_US);
      return { key: id, sealed: seal(secret, cellBinding(table, column, row), plaintext) };
    },
    flush() {
      vault.flush();
      made.clear();
    },
    rollback() {
      vault.rollback();
      for (const holder of made) keys.delete(holder);
      made.clear();
    },
    retire(ids) {
      vault.retire(ids);
      forget(ids);
    },
    destroy(ids) {
      vault.destroy(ids);
      forget(ids);
    },
  };
}

const DIGEST = 'subject \0';

/** A holder whose name is not known here, only what stands for it in the key store. No name holds a zero character. */
const digestName = (digest: Uint8Array): HolderName => `${DIGEST}${Buffer.from(digest).toString('hex')}`;

const digestOf = (holder: HolderName): Uint8Array | null =>
  holder.startsWith(DIGEST) ? Buffer.from(holder.slice(DIGEST.length), 'hex') : null;
