// The accounts that are in memory: read from the store when they are first asked for, kept as long as anything depends on
// them, and of the idle ones only as many as were used last.
import type { WindowShape } from '@countersign/policy';
import type { MeterKey, MeterReader } from '../store/readers/meters.ts';
import { type Account, openAccount } from './account.ts';

export interface Ledger {
  /** The accounts, in this order, each with a `use` that the caller must `free`. */
  open(wanted: readonly Wanted[]): Promise<readonly Account[]>;
  /** Forgets accounts, so that the next one to ask reads them from the store. */
  abandon(accounts: readonly Account[]): void;
  /** Forgets an account unless it is in use. */
  forget(key: MeterKey): void;
  readonly size: number;
}

export interface Wanted {
  readonly key: MeterKey;
  readonly shape: WindowShape;
}

/** Each is a few kilobytes at most. */
const MAX_IDLE = 10_000;

export function createLedger(reads: Pick<MeterReader, 'get'>, now: () => number, maxIdle = MAX_IDLE): Ledger {
  /** The least recently used first. */
  const accounts = new Map<string, Account>();
  const loading = new Map<string, Promise<Account>>();

  async function open(wanted: Wanted): Promise<Account> {
    const { key, shape } = wanted;
    const id = JSON.stringify([key.meter, key.holder, shape.windowMs, shape.type]);
    const found = known(wanted);
    if (found !== null) return found;
    const load = loading.get(id) ?? reads.get(key).then((stored) => openAccount(key, shape, stored, now()));
    loading.set(id, load);
    try {
      const loaded = await load;
      // Everybody who waited for the same load shares what the first of them puts in place.
      const account = known(wanted);
      if (account !== null) return account;
      if (loaded.isAbandoned) return open(wanted);
      loaded.use();
      keep(loaded);
      return loaded;
    } finally {
      if (loading.get(id) === load) loading.delete(id);
    }
  }

  function known({ key, shape }: Wanted): Account | null {
    const id = idOf(key);
    const account = accounts.get(id);
    if (account === undefined) return null;
    // The declaration changed, or the type of what it sums: amounts are kept in another way from now on.
    const isOfShape = account.shape.windowMs === shape.windowMs && account.shape.type === shape.type;
    if (!isOfShape || account.isStale(now())) {
      abandon([account]);
      return null;
    }
    accounts.delete(id);
    accounts.set(id, account);
    account.use();
    return account;
  }

  function keep(account: Account): void {
    accounts.set(idOf(account.key), account);
    if (accounts.size <= maxIdle) return;
    for (const [id, oldest] of accounts) {
      if (oldest.isInUse(now())) continue;
      accounts.delete(id);
      if (accounts.size <= maxIdle) break;
    }
  }

  function abandon(abandoned: readonly Account[]): void {
    for (const account of abandoned) {
      account.abandon();
      if (accounts.get(idOf(account.key)) === account) accounts.delete(idOf(account.key));
    }
  }

  return {
    open: (wanted) => Promise.all(wanted.map(open)),
    abandon,
    forget(key) {
      const account = accounts.get(idOf(key));
      if (account?.isInUse(now()) === false) accounts.delete(idOf(key));
    },
    get size() {
      return accounts.size;
    },
  };
}

function idOf({ meter, holder }: MeterKey): string {
  return JSON.stringify([meter, holder]);
}
