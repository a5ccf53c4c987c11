// Measures calls: shows policy what every meter holds with the call at hand, reserves what an allowed call adds in the
// turn in which it is decided, and lets the commit of the decision carry it (DESIGN section 6). So however many calls
// come at once, each is decided with all that were allowed before it, and none takes effect on a count that was not so.
import { actionOf, type CallFacts, type Decision, type Metering, withMeasured } from '@countersign/policy';
import type { MeterReader } from '../store/readers/meters.ts';
import type { CommitRequest, LogWriter } from '../store/types.ts';
import { createLedger } from './ledger.ts';
import { keyOf, type Line, measure, shownBy, sumsOf, toldBack, toldOf, unitsOf } from './lines.ts';
import { reserve, type Telling } from './reservation.ts';
import type { Holders, Measured, MeteredResult, Reservation } from './types.ts';

export interface Meters {
  /**
   * Decides a call by its facts and what it is measured by. Policy is asked exactly once, in the turn in which what it
   * allows is reserved.
   */
  decide(holders: Holders, facts: CallFacts, byPolicy: (facts: CallFacts) => Decision): Promise<Measured>;
  /** Commits with what was reserved, or tells that a meter is no longer what the decision saw. */
  commit(request: CommitRequest, reservation: Reservation | null): Promise<MeteredResult>;
  /** Commits and gives back what was counted, if that can be; the request's entry tells of what is given back. */
  commitReturning(
    reservation: Reservation | null,
    request: (back: Reservation | null) => CommitRequest,
  ): Promise<Exclude<MeteredResult, { code: 'overtaken' }>>;
  /** Removes what counts no more from the store. */
  sweep(): Promise<void>;
}

export interface MetersDeps {
  readonly writer: LogWriter;
  readonly reads: MeterReader;
  /** Of the policy set that decides now. */
  readonly metering: () => Metering;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What was lost to others so often stays counted, which is the safe side. */
const RETURN_ATTEMPTS = 8;
const SWEPT_AT_ONCE = 500;

export function createMeters({ writer, reads, metering, now }: MetersDeps): Meters {
  const ledger = createLedger(reads, now);

  async function decide(
    holders: Holders,
    facts: CallFacts,
    byPolicy: (facts: CallFacts) => Decision,
  ): Promise<Measured> {
    const action = actionOf(facts);
    for (;;) {
      const inForce = metering();
      const needs = inForce.needs(action);
      if (needs.length === 0) return { decision: byPolicy(facts), sums: [], reservation: null };
      const accounts = await ledger.open(
        needs.map((need) => ({ key: keyOf(need, holders), shape: need.measure })),
      );
      try {
        // While it was read another set may have gone live, or a commit on the same account have failed.
        if (metering() !== inForce || accounts.some(({ isAbandoned }) => isAbandoned)) continue;
        const at = now();
        const lines = needs.flatMap((need, index): Line[] => {
          const account = accounts[index];
          return account === undefined ? [] : [measure(need, account, facts.input, at)];
        });
        const decision = byPolicy(withMeasured(facts, lines.map(shownBy)));
        const sums = sumsOf(lines);
        if (decision.outcome !== 'allow') return { decision, sums, reservation: null };
        const postings = lines.map((line) => ({ account: line.account, units: unitsOf(line), at }));
        const told: Telling = {
          detail: (withheld) => toldOf(lines, withheld),
          back: () => giveBack(lines, at),
        };
        return { decision, sums, reservation: reserve(postings, told, { ledger, now }) };
      } finally {
        for (const account of accounts) account.free();
      }
    }
  }

  async function commit(request: CommitRequest, reservation: Reservation | null): Promise<MeteredResult> {
    if (reservation === null) return writer.commit(request);
    const taken = reservation.take();
    if (taken === null) return { ok: false, code: 'overtaken' };
    const { changes = [], preconditions = [] } = request;
    let isCommitted = false;
    try {
      const result = await writer.commit({
        entries: request.entries,
        changes: [...changes, ...taken.changes],
        preconditions: [...preconditions, ...taken.preconditions],
      });
      isCommitted = result.ok;
      const isMeter =
        !result.ok && result.code === 'precondition_failed' && result.precondition >= preconditions.length;
      return isMeter ? { ok: false, code: 'overtaken' } : result;
    } finally {
      taken.settle(isCommitted);
    }
  }

  /** Null where nothing was counted. */
  async function giveBack(lines: readonly Line[], at: number): Promise<Reservation | null> {
    const counted = lines.filter((line) => unitsOf(line) > 0n);
    if (counted.length === 0) return null;
    const accounts = await ledger.open(
      counted.map(({ account }) => ({ key: account.key, shape: account.shape })),
    );
    try {
      const back = counted.flatMap((line, index) => {
        const account = accounts[index];
        return account === undefined ? [] : [{ ...line, account, units: unitsOf(line) }];
      });
      const postings = back.map(({ account, units }) => ({ account, units: -units, at }));
      // Told when it is taken: others may give back at the same time.
      const told: Telling = {
        detail: (withheld) => toldBack(back, now(), withheld),
        back: () => Promise.resolve(null),
      };
      return reserve(postings, told, { ledger, now });
    } finally {
      for (const account of accounts) account.free();
    }
  }

  return {
    decide,
    commit,
    async commitReturning(reservation, request) {
      for (let attempt = 1; attempt <= RETURN_ATTEMPTS; attempt += 1) {
        const back = (await reservation?.back()) ?? null;
        if (back === null) break;
        const result = await commit(request(back), back);
        if (result.ok || result.code !== 'overtaken') return result;
      }
      return writer.commit(request(null));
    },
    async sweep() {
      for (;;) {
        const expired = await reads.expired(now(), SWEPT_AT_ONCE);
        if (expired.length === 0) return;
        for (const key of expired) ledger.forget(key);
        // Only what is still as it was read: whoever wrote in between counts on it.
        const changes = expired.map(
          ({ meter, holder, version }) => ({ remove: 'meters', where: { meter, holder, version } }) as const,
        );
        const swept = await writer.commit({ entries: [], changes });
        if (!swept.ok || expired.length < SWEPT_AT_ONCE) return;
      }
    },
  };
}
