// Retention: values that were kept long enough go, by the first rule of the configuration that fits; what a legal hold
// keeps stays, and so does what is not over. A call goes as a whole, since what goes of its decision says by which rule. A little
// at a time, so that a gateway that tidies up still serves.
import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type EntryDraft,
  type EntryHeader,
  parseEntry,
  redactedRanges,
  redactionText,
} from '@countersign/audit';
import type { Readers } from '../store/readers.ts';
import type { CallRecord, EntryRecord } from '../store/readers/calls.ts';
import type { SealedEntry } from '../store/readers/payloads.ts';
import type { LogWriter } from '../store/types.ts';
import type { Alone } from './alone.ts';
import { namesToErase } from './fields.ts';
import { doneBy, type HeldBy } from './holds.ts';
import { isCallFound } from './judge.ts';
import { isLive } from './live.ts';
import { type RetentionRule, ruleForCall, ruleForOther } from './retention-rules.ts';
import type { Target } from './selection.ts';

export interface Retention {
  /** Looks at the next entries that are old enough. */
  tick(): Promise<void>;
  /** What was passed over may go now: a hold was lifted. */
  again(): Promise<void>;
}

export interface RetentionDeps {
  readonly rules: readonly RetentionRule[];
  readonly writer: LogWriter;
  readonly readers: Pick<Readers, 'calls' | 'log' | 'payloads' | 'retention' | 'tasks'>;
  readonly heldBy: () => Promise<HeldBy>;
  readonly alone: Alone;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

const LOOKED_AT_ONCE = 128;
const BATCHES_A_TICK = 16;
const DAY_MS = 86_400_000;
const KEYS_A_TICK = 256;
/** More are not kept in mind: then nothing further is looked at before some of them are over. */
const MOST_WAITING = 10_000;

interface Due extends Target {
  readonly key: number;
}

/** How far a rule has got. What is stored of it is the first entry that it may still take: a restart looks again from there. */
interface Progress {
  next: number;
  /** Entries that were old enough, of calls that were not, or were not over. */
  readonly waiting: Set<number>;
}

type Judged = 'young' | 'waits' | readonly Due[];

type Part = Pick<EntryRecord, 'header' | 'details'>;

const STAYS: Judged = [];

export function createRetention(deps: RetentionDeps): Retention {
  const { rules, writer, readers, alone, now } = deps;

  const progress = new Map<string, Progress>();

  async function progressOf(id: string): Promise<Progress> {
    const known = progress.get(id);
    if (known !== undefined) return known;
    const stored: Progress = { next: await readers.retention.next(id), waiting: new Set() };
    progress.set(id, stored);
    return stored;
  }

  /** Moves one rule on; true when there may be more to do at once. */
  async function pass(rule: RetentionRule): Promise<boolean> {
    const id = idOf(rule);
    const { next: from, waiting } = await progressOf(id);
    if (waiting.size >= MOST_WAITING) return false;
    const { size } = await readers.log.head();
    const rows = await readers.payloads.sealed(from, size, LOOKED_AT_ONCE);
    const { due, waits, next } = await judged(rule, rows, from);
    if (next === from) return false;
    const isDone = await take(rule, due, { next, waiting: new Set([...waiting, ...waits]) });
    return isDone && rows.length === LOOKED_AT_ONCE && next > (rows.at(-1)?.index ?? 0);
  }

  /** Looks again at what was not over. */
  async function comeBack(rule: RetentionRule): Promise<void> {
    const { next, waiting } = await progressOf(idOf(rule));
    const all = [...waiting].toSorted((a, b) => a - b);
    for (let start = 0; start < all.length; start += LOOKED_AT_ONCE) {
      const some = all.slice(start, start + LOOKED_AT_ONCE);
      const { due, waits } = await judged(rule, await readers.payloads.sealedOf(some), next);
      const rest = new Set((await progressOf(idOf(rule))).waiting);
      for (const index of some) if (!waits.includes(index)) rest.delete(index);
      if (rest.size < waiting.size || due.length > 0) await take(rule, due, { next, waiting: rest });
    }
  }

  async function judged(
    rule: RetentionRule,
    rows: readonly SealedEntry[],
    from: number,
  ): Promise<{ readonly due: readonly Due[]; readonly waits: readonly number[]; readonly next: number }> {
    const heldBy = await deps.heldBy();
    const due = new Map<number, Due>();
    const waits: number[] = [];
    let next = from;
    for (const row of rows) {
      const one = due.has(row.index) ? STAYS : await judge(rule, row.index, heldBy);
      if (one === 'young') break;
      next = row.index + 1;
      if (one === 'waits') waits.push(row.index);
      else for (const each of one) due.set(each.index, each);
    }
    return { due: [...due.values()].toSorted((a, b) => a.index - b.index), waits, next };
  }

  async function judge(rule: RetentionRule, index: number, heldBy: HeldBy): Promise<Judged> {
    const isYoung = ({ time }: EntryHeader): boolean => time >= (now() - rule.payloadsMs) * 1000;
    const part = await partAt(index);
    if (part === null || isYoung(part.header)) return 'young';
    const { header } = part;
    const isLeft = namesLeft(part).length > 0;
    const call = header.call === null ? null : await readers.calls.get(header.call);
    if (call === null) {
      const own = header.call === null ? ruleForOther(rules) : ruleForCall(rules);
      return isLeft && own === rule ? dueOf([part], null, heldBy) : STAYS;
    }
    let read: Promise<readonly EntryRecord[]> | undefined;
    const entries = () => (read ??= readers.calls.entries(call.id));
    const found = await Promise.all(rules.map(({ match }) => isCallFound(match, call, entries)));
    if (!isLeft || ruleForCall(rules, found) !== rule) return STAYS;
    if (await isLive(call, readers.tasks, now())) return 'waits';
    // Of a very long chain the entries of a call are not all found by it.
    const others = (await entries()).filter((each) => each.header.index !== index);
    const left = [part, ...others].filter((each) => namesLeft(each).length > 0);
    return left.some((each) => isYoung(each.header)) ? 'waits' : dueOf(left, call, heldBy);
  }

  async function partAt(index: number): Promise<Part | null> {
    const stored = await readers.log.entry(index);
    const header = stored === null ? null : headerOf(stored.header);
    if (stored === null || header === null) return null;
    const texts = stored.details.map(({ name, value }) => [name, Buffer.from(value).toString()]);
    return { header, details: Object.fromEntries(texts) };
  }

  /** Those of them that no hold keeps. `call` is null where they are of none, or of one that was archived. */
  async function dueOf(
    parts: readonly Part[],
    call: CallRecord | null,
    heldBy: HeldBy,
  ): Promise<readonly Due[]> {
    const targets = new Map<number, readonly string[]>();
    for (const part of parts) {
      const { header, details } = part;
      const hold = await heldBy({
        call,
        entries: () => (call === null ? [] : readers.calls.entries(call.id)),
        isCallUnknown: call === null && header.call !== null,
        time: header.time / 1000,
        subject: call?.subject ?? null,
        ...doneBy(header, details),
      });
      if (hold === null) targets.set(header.index, namesLeft(part));
    }
    const sealed = await readers.payloads.sealedOf([...targets.keys()]);
    return sealed.map(({ index, key }) => ({ index, key, names: targets.get(index) ?? [] }));
  }

  async function take(rule: RetentionRule, due: readonly Due[], to: Progress): Promise<boolean> {
    const id = idOf(rule);
    const first = to.waiting.values().reduce((least, index) => Math.min(least, index), to.next);
    const result = await writer.commit({
      entries: due.length === 0 ? [] : [redacted(due, rule)],
      changes: [{ put: 'retention', row: { rule: id, next: first } }],
      payloads:
        due.length === 0
          ? []
          : [
              { retire: [...new Set(due.map(({ key }) => key))] },
              ...due.map(({ index, names }) => ({ erase: index, names, left: 'agent' }) as const),
            ],
    });
    if (result.ok) progress.set(id, to);
    return result.ok;
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
    const first = await readers.log.archivedTo();
    const stored = await readers.log.entry(first);
    const opened = stored === null ? null : headerOf(stored.header);
    // Whether it continues another is archived as well: then that ended before the first entry that is left.
    if (first > 0 && opened !== null) return Math.floor(opened.time / 1000 / DAY_MS) + 1;
    if (opened?.kind !== 'log.opened') return Number.MAX_SAFE_INTEGER;
    return opened.commits.continues === null ? 0 : Math.floor(opened.time / 1000 / DAY_MS) + 1;
  }

  return {
    async tick() {
      if (rules.length === 0) return;
      for (const rule of rules) {
        await alone(() => comeBack(rule));
        for (let batch = 0; batch < BATCHES_A_TICK && (await alone(() => pass(rule))); batch += 1)
          await nextTurn();
      }
      await destroyUnused();
    },
    async again() {
      const changes = rules.map((rule) => ({ remove: 'retention', where: { rule: idOf(rule) } }) as const);
      if (changes.length === 0) return;
      await alone(async () => {
        const result = await writer.commit({ entries: [], changes });
        if (result.ok) progress.clear();
      });
    },
  };
}

/** What would go of it. */
const namesLeft = ({ header, details }: Part): readonly string[] =>
  namesToErase(header, null).filter((name) => Object.hasOwn(details, name));

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
