// What a commit must carry along to be true of the meters: amounts on their accounts, and that no account changed since
// it was read. A decision reserves in the turn in which it is made, so that the next one already counts it.
import type { Account } from './account.ts';
import type { Ledger } from './ledger.ts';
import type { Reservation } from './types.ts';

/** An amount for an account: added, given back where it is negative, or nothing where the account was only read. */
export interface Posting {
  readonly account: Account;
  readonly units: bigint;
  /** When it counts from; milliseconds since the epoch. */
  readonly at: number;
}

/** What becomes of a reservation besides its commit. */
export type Telling = Pick<Reservation, 'detail' | 'back'>;

export function reserve(
  postings: readonly Posting[],
  { detail, back }: Telling,
  { ledger, now }: { readonly ledger: Ledger; readonly now: () => number },
): Reservation {
  // What is given back counts until the commit says otherwise.
  const pending = postings.map(({ account, units }) => account.reserve(units > 0n ? units : 0n, now()));
  const drop = (): void => {
    for (const [at, { account }] of postings.entries()) {
      const reserved = pending[at];
      if (reserved !== undefined) account.drop(reserved);
    }
  };
  const isSound = (): boolean =>
    postings.every(({ account }, at) => {
      const reserved = pending[at];
      return !account.isAbandoned && reserved !== undefined && account.isReserved(reserved);
    });
  return {
    detail,
    back,
    drop,
    take() {
      const mayWrite = isSound();
      drop();
      if (!mayWrite) return null;
      const writes = postings.map(({ account, units, at }) =>
        // What was only read must be as it was, too: the limit may be on another call's meter.
        units === 0n ? { precondition: account.unchanged() } : account.write(units, at, now()),
      );
      const accounts = postings.map(({ account }) => account);
      for (const account of accounts) account.sending();
      return {
        changes: writes.flatMap((write) => ('change' in write ? [write.change] : [])),
        preconditions: writes.map(({ precondition }) => precondition),
        settle(isCommitted) {
          for (const account of accounts) account.sent(isCommitted, now());
          // Later commits build on what this one was to write: they fail, too, and start from the store again.
          if (!isCommitted) ledger.abandon(accounts);
        },
      };
    },
  };
}
