// Retention: values that were kept long enough go, by the first rule of the configuration that fits; what a legal hold
// keeps stays, and so does what is not over. A little at a time, so that a gateway that tidies up still serves.
import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type EntryDraft,
  type EntryHeader,
  parseEntry,
  redactedRanges,
  redactionText,
} from '@countersign/audit';
import type { CallQuery } from '../search/query.ts';
import type { Readers } from '../store/readers.ts';
import type { CallRecord } from '../store/readers/calls.ts';
import type { LogWriter, PayloadChange } from '../store/types.ts';
import type { Alone } from './alone.ts';
import { namesToErase } from './fields.ts';
import type { HeldBy } from './holds.ts';
import { isFoundBy } from './matches.ts';
import type { Target } from './selection.ts';

export interface RetentionRule {
  /** `calls`: the entries of calls that `match` finds; `other`: entries that belong to no call. */
  readonly of: 'calls' | 'other';
  readonly match: CallQuery;
  readonly payloadsMs: number;
  /** As it is written in the configuration: what the record says it went by. */
  readonly text: string;
}

export interface Retention {
  /** Looks at the next entries that are old enough. */
  tick(): Promise<void>;
  /** What was passed over may go now: a hold was lifted. */
  again(): Promise<void>;
}

export interface RetentionDeps {
  readonly rules: readonly RetentionRule[];
  readonly writer: LogWriter;
  readonly readers: Pick<Readers, 'calls' | 'log' | 'payloads' | 'retention'>;
  readonly heldBy: () => Promise<HeldBy>;
  readonly alone: Alone;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

const LOOKED_AT_ONCE = 128;
const BATCHES_A_TICK = 16;
const DAY_MS = 86_400_000;
const KEYS_A_TICK = 256;

interface Due extends Target {
  readonly key: number;
  readonly call: string | null;
}

export function createRetention(deps: RetentionDeps): Retention {
  const { rules, writer, readers, alone, now } = deps;

  /** Moves one rule on; true when there may be more to do at once. */
  async function pass(rule: RetentionRule): Promise<boolean> {
    const id = idOf(rule);
    const from = await readers.retention.next(id);
    const { size } = await readers.log.head();
    const rows = await readers.payloads.sealed(from, size, LOOKED_AT_ONCE);
    const heldBy = await deps.heldBy();
    const until = (now() - rule.payloadsMs) * 1000;
    const due: Due[] = [];
    let next = from;
    for (const { index, key } of rows) {
      const stored = await readers.log.entry(index);
      const header = stored === null ? null : headerOf(stored.header);
      if (header === null || header.time >= until) break;
      next = index + 1;
      const names = await namesDue(header, rule, heldBy);
      const there = stored?.details.filter(({ name }) => names.includes(name)).map(({ name }) => name) ?? [];
      if (there.length > 0) due.push({ index, key, names: there, call: header.call });
    }
    if (next === from) return false;
    const payloads: PayloadChange[] = due.flatMap(({ index, names, call }) => [
      { erase: index, names, left: 'agent' as const },
      ...(call !== null && names.includes('request') ? [{ forgetCall: call }] : []),
    ]);
    const result = await writer.commit({
      entries: due.length === 0 ? [] : [redacted(due, rule)],
      changes: [{ put: 'retention', row: { rule: id, next } }],
      payloads: due.length === 0 ? [] : [{ retire: [...new Set(due.map(({ key }) => key))] }, ...payloads],
    });
    return result.ok && rows.length === LOOKED_AT_ONCE && next > (rows.at(-1)?.index ?? 0);
  }

  async function namesDue(
    header: EntryHeader,
    rule: RetentionRule,
    heldBy: HeldBy,
  ): Promise<readonly string[]> {
    const call = header.call === null ? null : await readers.calls.get(header.call);
    if (ruleFor(call, header, rules) !== rule) return [];
    if (call !== null && (call.state === 'open' || call.state === 'held')) return [];
    const isHeld = heldBy({ call, time: header.time / 1000, subject: call?.subject ?? null }) !== null;
    return isHeld ? [] : namesToErase(header, null);
  }

  /** Keys of days that are over, under which nothing is left. */
  async function destroyUnused(): Promise<void> {
    const today = Math.floor(now() / DAY_MS);
    const unused = await readers.payloads.unused(await firstOwnDay(), today, KEYS_A_TICK);
    if (unused.length > 0) await writer.commit({ entries: [], payloads: [{ destroy: unused }] });
  }

  /**
   * The first day whose keys are this log's alone. Those of a log that it continues lie in the same key store, and still
   * open the values in its archive, which no rule and no hold has been asked about.
   */
  async function firstOwnDay(): Promise<number> {
    const stored = await readers.log.entry(0);
    const opened = stored === null ? null : headerOf(stored.header);
    if (opened?.kind !== 'log.opened') return Number.MAX_SAFE_INTEGER;
    return opened.commits.continues === null ? 0 : Math.floor(opened.time / 1000 / DAY_MS) + 1;
  }

  return {
    async tick() {
      if (rules.length === 0) return;
      for (const rule of rules) {
        for (let batch = 0; batch < BATCHES_A_TICK && (await alone(() => pass(rule))); batch += 1)
          await nextTurn();
      }
      await destroyUnused();
    },
    async again() {
      const changes = rules.map((rule) => ({ remove: 'retention', where: { rule: idOf(rule) } }) as const);
      if (changes.length > 0) await writer.commit({ entries: [], changes });
    },
  };
}

function ruleFor(
  call: CallRecord | null,
  header: EntryHeader,
  rules: readonly RetentionRule[],
): RetentionRule | undefined {
  return rules.find(({ of, match }) =>
    header.call === null ? of === 'other' : of === 'calls' && call !== null && isFoundBy(match, call),
  );
}

const idOf = ({ text }: RetentionRule): string => createHash('sha256').update(text).digest('hex');

function headerOf(bytes: Uint8Array): EntryHeader | null {
  const parsed = parseEntry(bytes);
  return parsed.ok ? parsed.value : null;
}

function redacted(targets: readonly Due[], { text }: RetentionRule): EntryDraft<'log.redacted'> {
  return {
    kind: 'log.redacted',
    call: null,
    agent: null,
    chain: null,
    body: {
      cause: 'retention',
      change: null,
      entries: targets.length,
      details: targets.reduce((sum, { names }) => sum + names.length, 0),
      keys: 0,
    },
    details: { targets: redactionText(redactedRanges(targets)), basis: text },
  };
}
