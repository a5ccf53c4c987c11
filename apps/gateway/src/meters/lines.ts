// The meters of one call, line by line: whose each is, what the call adds to it, what policy is shown, and what the entry
// tells of it.
import {
  type Amount,
  amountOf,
  type CallFacts,
  type MeterPer,
  type MeterValue,
  type Need,
  sumOf,
  valueOf,
} from '@countersign/policy';
import type { MeterKey } from '../store/readers/meters.ts';
import type { Account } from './account.ts';
import type { Holders, Sum } from './types.ts';

export interface Line {
  readonly need: Need;
  readonly account: Account;
  /** What the call adds; nothing where it does not count. */
  readonly amount: Amount;
  /** What the meter shows with it. */
  readonly total: Amount;
}

/** One meter as an entry tells of it; whose it is stands in the entry's other parts. */
interface Told {
  readonly meter: string;
  readonly per: MeterPer;
  /** What was added, or given back. */
  readonly amount?: Exclude<MeterValue, object>;
  /** What the meter showed with that. */
  readonly total?: Exclude<MeterValue, object>;
  /** Why nothing could be added: then no policy over the call reads the meter. */
  readonly lost?: string;
  /** What it sums is not stored, so neither is what it added. */
  readonly withheld?: true;
}

/** Under what a measure is kept for this call. */
export function keyOf({ measure }: Need, holders: Holders): MeterKey {
  return { meter: measure.key, holder: `${measure.per}:${holderOf(measure.per, holders)}` };
}

export function measure(need: Need, account: Account, input: CallFacts['input'], now: number): Line {
  const { type } = need.measure;
  const amount = need.counts ? amountOf(need.measure, input) : NOTHING;
  const total = amount.ok ? sumOf(type, account.total(now), amount.units) : amount;
  return { need, account, amount, total };
}

const NOTHING: Amount = { ok: true, units: 0n };

/** What the call adds to the account; nothing where that is not known, and no policy over the call cared. */
export function unitsOf({ amount, total }: Line): bigint {
  return amount.ok && total.ok ? amount.units : 0n;
}

/** What policies are shown. */
export function shownBy({ need, total }: Line): { measure: Need['measure']; value: MeterValue } {
  const { type } = need.measure;
  return {
    measure: need.measure,
    value: total.ok ? valueOf(type, total.units) : { why: total.why },
  };
}

/** For `call.decided`: what the call counts for. */
export function toldOf(lines: readonly Line[], withheld: ReadonlySet<string>): string | undefined {
  return json(
    lines.flatMap((line): Told[] => {
      const { need, amount, total } = line;
      if (!need.counts) return [];
      if (isWithheld(need, withheld)) return [{ ...nameOf(need), withheld: true }];
      if (!total.ok) return [{ ...nameOf(need), lost: total.why }];
      const { type } = need.measure;
      const units = amount.ok ? amount.units : 0n;
      return [{ ...nameOf(need), amount: valueOf(type, units), total: valueOf(type, total.units) }];
    }),
  );
}

/** For `call.completed`: what no longer counts, since the call was never sent. */
export function toldBack(
  lines: readonly { readonly need: Need; readonly account: Account; readonly units: bigint }[],
  now: number,
  withheld: ReadonlySet<string>,
): string | undefined {
  return json(
    lines.map(({ need, account, units }): Told => {
      if (isWithheld(need, withheld)) return { ...nameOf(need), withheld: true };
      const { type } = need.measure;
      const left = account.total(now) - units;
      return {
        ...nameOf(need),
        amount: valueOf(type, units),
        total: valueOf(type, left > 0n ? left : 0n),
      };
    }),
  );
}

/** The arguments that the lines sum. */
export function sumsOf(lines: readonly Line[]): Sum[] {
  return lines.flatMap(({ need: { measure } }): Sum[] =>
    measure.add === 1 ? [] : [{ name: measure.name, path: measure.add.input }],
  );
}

function isWithheld({ measure: { add, name } }: Need, withheld: ReadonlySet<string>): boolean {
  return add !== 1 && withheld.has(name);
}

function holderOf(per: MeterPer, { agent, team, subject, chain }: Holders): string {
  switch (per) {
    case 'agent':
      return agent;
    case 'team':
      return team;
    case 'chain':
      return chain;
    case 'subject':
      // On nobody's behalf an agent spends its own: one for all of them would let each use up the others'.
      return subject ?? `none/${agent}`;
  }
}

function nameOf({ measure: { of, name, per } }: Need): Pick<Told, 'meter' | 'per'> {
  return { meter: of === 'usage' ? `usage.${name}` : name, per };
}

function json(told: readonly Told[]): string | undefined {
  return told.length === 0 ? undefined : JSON.stringify(told);
}
