// Retention in archives of old entries. Nothing in an archive is ever changed: what is sealed there goes with its key, and a key
// goes once all that it seals is due by the rules. Never while anything is held, and never a key of which something was not seen.
import { type EntryDraft, type EntryHeader, redactedRanges, redactionText } from '@countersign/audit';
import type { RecordedArchives } from '../archive/recorded.ts';
import type { ArchivedLogs } from '../continuation/archived-logs.ts';
import type { Readers } from '../store/readers.ts';
import type { LogWriter } from '../store/types.ts';
import type { Alone } from './alone.ts';
import { type ArchivedEntry, findArchivedCalls } from './archived-calls.ts';
import { namesToErase } from './fields.ts';
import { createJudge, type Verdict } from './judge.ts';
import type { Found } from './matches.ts';
import { type RetentionRule, ruleForCall, ruleForOther } from './retention-rules.ts';

export interface ArchivedRetentionDeps {
  readonly rules: readonly RetentionRule[];
  readonly writer: LogWriter;
  readonly readers: Pick<Readers, 'log' | 'payloads' | 'registry'>;
  readonly archived: () => Promise<RecordedArchives>;
  /** The logs that this one continues: what they hold is sealed by keys of the same store. */
  readonly archives: <T>(work: (logs: ArchivedLogs) => Promise<T>) => Promise<T>;
  readonly isAnyHeld: () => Promise<boolean>;
  readonly alone: Alone;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly tell: (message: string) => void;
}

interface KeyUse {
  /** Milliseconds since the epoch: when all that was seen under it is due; infinite where something of it stays. */
  due: number;
  readonly entries: number[];
  details: number;
  readonly rules: Set<string>;
}

const KEYS_A_TICK = 64;
/** What could not be looked into is tried again. */
const AGAIN_MS = 3_600_000;

export function createArchivedRetention(deps: ArchivedRetentionDeps): { tick(): Promise<void> } {
  const { rules, writer, readers, now } = deps;
  let uses: ReadonlyMap<number, KeyUse> = new Map();
  let lookedTo = 0;
  let isWhole = true;
  let lookedAt = Number.NEGATIVE_INFINITY;

  /** Reads all archives, once for each that is added. */
  async function look(to: number): Promise<void> {
    const { archives, unreached } = await deps.archived();
    const found = new Map<number, KeyUse>();
    const seen: { readonly entry: ArchivedEntry; readonly rule: RetentionRule | null }[] = [];
    const flush = async (): Promise<void> => {
      const sealed = await readers.payloads.archivedOf(seen.map(({ entry }) => entry.header.index));
      const keyOf = new Map(sealed.map(({ index, key }) => [index, key]));
      for (const { entry, rule } of seen.splice(0)) note(found, keyOf.get(entry.header.index), entry, rule);
    };
    const judges = await Promise.all(rules.map(({ match }) => createJudge(match, readers)));
    const [ofOther, ofUnknown] = [ruleForOther(rules), ruleForCall(rules)];
    const { problem } = await findArchivedCalls(
      archives,
      readers.log,
      (row, entries) => {
        const verdicts = judges.map((judge) => judge(row, entries));
        const rule = ruleForCall(rules, verdicts.map(foundBy));
        for (const entry of entries) seen.push({ entry, rule });
        return false;
      },
      // What comes after the end of a call has no row at hand any more.
      (entry) => seen.push({ entry, rule: entry.header.call === null ? ofOther : ofUnknown }),
      flush,
    );
    await flush();
    [uses, lookedTo, lookedAt] = [found, to, now()];
    const closed = problem === null ? unreached : [...unreached, problem];
    if (isWhole)
      for (const { log, why } of closed)
        deps.tell(`${log}: retention of values cannot look into it, so its keys are kept: ${why}`);
    isWhole = closed.length === 0;
  }

  /** Keys all of which is due, and nothing else is sealed with. */
  async function dueKeys(): Promise<readonly (readonly [number, KeyUse])[]> {
    const due: [number, KeyUse][] = [];
    for (const [key, use] of uses) {
      if (use.due > now() || (await readers.payloads.existing([key])).length === 0) continue;
      const archived = await readers.payloads.archivedUnder([key]);
      const isSeen = archived.length === use.entries.length;
      if (isSeen && (await readers.payloads.underKeys([key], 1)).length === 0) due.push([key, use]);
      if (due.length >= KEYS_A_TICK) break;
    }
    if (due.length === 0) return [];
    return deps.archives(async ({ logs }) => {
      const used = new Set<number>();
      for (const [key] of due)
        for (const log of logs)
          if ((await log.readers.payloads.underKeys([key], 1)).length > 0) used.add(key);
      return due.filter(([key]) => !used.has(key));
    });
  }

  async function destroyDue(): Promise<void> {
    // A hold is looked up and what is due is destroyed in one turn: nobody sets one in between.
    if (await deps.isAnyHeld()) return;
    const due = await dueKeys();
    if (due.length === 0) return;
    const keys = due.map(([key]) => key);
    await writer.commit({
      entries: [redacted(due.map(([, use]) => use))],
      payloads: [{ retire: keys }, { destroy: keys }],
    });
  }

  return {
    async tick() {
      if (rules.length === 0) return;
      const to = await readers.log.archivedTo();
      if (to === 0) return;
      if (to !== lookedTo || (!isWhole && now() > lookedAt + AGAIN_MS)) await look(to);
      await deps.alone(destroyDue);
    },
  };
}

function note(
  found: Map<number, KeyUse>,
  key: number | undefined,
  { header, names }: ArchivedEntry,
  rule: RetentionRule | null,
): void {
  if (key === undefined) return;
  const use = found.get(key) ?? { due: 0, entries: [], details: 0, rules: new Set<string>() };
  found.set(key, use);
  use.entries.push(header.index);
  use.details += names.length;
  // What is left of an entry whose payloads went before is to stay, and so is what is about nobody.
  const expires = namesToErase(header, null).some((name) => names.includes(name));
  if (rule === null || !expires) use.due = Number.POSITIVE_INFINITY;
  else {
    use.due = Math.max(use.due, timeOf(header) + rule.payloadsMs);
    use.rules.add(rule.text);
  }
}

/** What cannot be read here is no more known than what is gone. */
const foundBy = (verdict: Verdict): Found => verdict === 'asked' || (verdict === 'other' ? false : 'untold');

const timeOf = ({ time }: EntryHeader): number => time / 1000;

function redacted(uses: readonly KeyUse[]): EntryDraft<'log.redacted'> {
  const targets = uses
    .flatMap(({ entries }) => entries)
    .toSorted((a, b) => a - b)
    .map((index) => ({ index, names: null }));
  return {
    kind: 'log.redacted',
    call: null,
    agent: null,
    chain: null,
    body: {
      cause: 'retention',
      change: null,
      entries: targets.length,
      details: uses.reduce((sum, { details }) => sum + details, 0),
      keys: uses.length,
    },
    details: {
      targets: redactionText(redactedRanges(targets)),
      basis: [...new Set(uses.flatMap(({ rules }) => [...rules]))].join('; '),
    },
  };
}
