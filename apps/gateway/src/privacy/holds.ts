// Legal holds: while one lasts, what its query finds may not be destroyed, by nobody and no policy. Setting and lifting
// one are entries.
import { type EntryDraft, type EntryHeader, newId } from '@countersign/audit';
import { ok, type Result } from '../errors.ts';
import type { CallQuery } from '../search/query.ts';
import { parseQueryText, queryText } from '../search/query-text.ts';
import type { CallRecord, EntryRecord } from '../store/readers/calls.ts';
import type { HoldReader, LegalHold } from '../store/readers/holds.ts';
import { DONE_BY, personIn } from '../store/payload/holder-name.ts';
import type { Awaitable, LogWriter } from '../store/types.ts';
import type { Alone } from './alone.ts';
import { isCallFound } from './judge.ts';
import { isRowFoundWithout } from './matches.ts';

/** What may be held: a call, an entry of one, or another entry by its time and whom its values are about. */
export interface Holdable {
  readonly call: CallRecord | null;
  /** Those of the call, asked for where its row does not tell; left out: what a row does not say may have been erased. */
  readonly entries?: () => Awaitable<readonly EntryRecord[]>;
  /** It is of a call of which the index knows nothing any more. Whoever only moves it need not ask. */
  readonly isCallUnknown?: boolean;
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Whom the values are about. Of an entry of somebody else's call, those of both are kept. */
  readonly subject: string | null;
  /** It was somebody, and who is not known any more. */
  readonly isSubjectUnknown?: boolean;
}

export interface HoldRefusal {
  readonly code: 'invalid' | 'not_found' | 'conflict' | 'log_unavailable';
  readonly message: string;
}

/** Holds as they are at one time. */
export type HeldBy = (thing: Holdable) => Awaitable<LegalHold | null>;

/** Who did what an entry says, where that is not of whomever its call is for; null for all else. */
export function doneBy(
  header: EntryHeader,
  details: Readonly<Record<string, string | Uint8Array | undefined>>,
): Pick<Holdable, 'subject' | 'isSubjectUnknown'> | null {
  const detail = DONE_BY[header.kind];
  const commits: Readonly<Record<string, string | null>> = header.commits;
  if (detail === null || (commits[detail] ?? null) === null) return null;
  const subject = personIn(header, details);
  return { subject, isSubjectUnknown: subject === null };
}

export interface LegalHolds {
  /** `query` as people type it; empty holds everything. */
  set(input: {
    readonly query: string;
    readonly reason: string;
    readonly user: Actor;
  }): Promise<Result<LegalHold, HoldRefusal>>;
  lift(input: {
    readonly hold: string;
    readonly reason: string;
    readonly user: Actor;
  }): Promise<Result<LegalHold, HoldRefusal>>;
  /** Those in force first, the newest first. */
  list(): Promise<readonly LegalHold[]>;
  /** @param asOf milliseconds since the epoch: what lasted then and was lifted since keeps what it kept. */
  heldBy(asOf?: number): Promise<HeldBy>;
}

export interface Actor {
  readonly name: string;
}

export function createLegalHolds(deps: {
  readonly writer: LogWriter;
  readonly reads: HoldReader;
  readonly now: () => number;
  /** Setting a hold waits for whatever is being destroyed. */
  readonly alone: Alone;
  /** What was kept may go now. */
  readonly onLifted?: () => Promise<unknown>;
}): LegalHolds {
  const { writer, reads, now, alone } = deps;
  const unwritten = () => no('log_unavailable', 'the audit log cannot be written, so nothing was changed');

  return {
    async set({ query, reason, user }) {
      const parsed = parseQueryText(query, { place: 'record' });
      if (!parsed.ok) return no('invalid', parsed.error.message);
      if (reason.trim() === '') return no('invalid', 'a reason is required: it becomes part of the record');
      const stored = queryText(parsed.value);
      // What cannot be read holds everything, and tells whoever set it otherwise.
      const again = parseQueryText(stored, { place: 'record' });
      if (!again.ok)
        return no(
          'invalid',
          `as it would be stored, with its times and signs in full, ${again.error.message}`,
        );
      const hold: LegalHold = {
        id: newId('hold'),
        query: stored,
        reason,
        setBy: user.name,
        setAt: now(),
        liftedBy: null,
        liftedAt: null,
      };
      const row = {
        id: hold.id,
        query: hold.query,
        reason,
        set_by: user.name,
        set_at: hold.setAt,
        lifted_by: null,
        lifted_at: null,
      };
      const entries = [entryOf(hold, 'set', reason, user)];
      const result = await alone(async () =>
        writer.commit({ entries, changes: [{ insert: 'legal_holds', row }] }),
      );
      return result.ok ? ok(hold) : unwritten();
    },
    async lift({ hold: id, reason, user }) {
      const hold = (await reads.all()).find((each) => each.id === id);
      if (hold === undefined) return no('not_found', `there is no legal hold \`${id}\``);
      if (hold.liftedAt !== null)
        return no('conflict', `the hold was lifted already, by \`${hold.liftedBy}\``);
      if (reason.trim() === '') return no('invalid', 'a reason is required: it becomes part of the record');
      const lifted = { ...hold, liftedBy: user.name, liftedAt: now() };
      const result = await writer.commit({
        entries: [entryOf(hold, 'lifted', reason, user)],
        changes: [
          {
            update: 'legal_holds',
            set: { lifted_by: user.name, lifted_at: lifted.liftedAt },
            where: { id, lifted_at: null },
          },
        ],
        preconditions: [{ table: 'legal_holds', where: { id, lifted_at: null }, expect: 'exists' }],
      });
      if (result.ok) {
        await deps.onLifted?.();
        return ok(lifted);
      }
      return result.code === 'log_unavailable'
        ? unwritten()
        : no('conflict', 'the hold was lifted meanwhile');
    },
    list: async () => reads.all(),
    async heldBy(asOf) {
      const holds = (await reads.all())
        .filter((hold) => lasts(hold, asOf))
        .map((hold) => ({ hold, query: queryOf(hold) }));
      return async (thing) => {
        for (const { hold, query } of holds) if (await isHeld(query, thing)) return hold;
        return null;
      };
    },
  };
}

/** Whether a hold is in force, or was at a time. */
export const lasts = ({ setAt, liftedAt }: LegalHold, asOf?: number): boolean =>
  liftedAt === null || (asOf !== undefined && setAt <= asOf && liftedAt >= asOf);

/** A stored query that cannot be read any more holds everything: what was to be kept must not go by a mistake of ours. */
function queryOf(hold: LegalHold): CallQuery {
  const parsed = parseQueryText(hold.query, { place: 'record' });
  return parsed.ok ? parsed.value : {};
}

/** What nobody can tell is kept. */
async function isHeld(query: CallQuery, thing: Holdable): Promise<boolean> {
  const { call, isCallUnknown = false, time, subject, isSubjectUnknown = false, entries } = thing;
  const lost = isSubjectUnknown ? ['subject'] : [];
  if (call !== null) {
    if ((await isCallFound(query, call, entries)) !== false) return true;
    if (!isSubjectUnknown && (subject === null || subject === call.subject)) return false;
    return (await isCallFound(query, { ...call, subject }, entries, lost)) !== false;
  }
  // Only that its call began no later is known.
  if (isCallUnknown) return query.from === undefined || time >= query.from;
  // What is of no call never had an agent, a server or an outcome: a hold on one of these is not about it.
  return isRowFoundWithout(query, { started_at: time, subject }, new Set(lost)) !== false;
}

function entryOf(
  hold: LegalHold,
  op: 'set' | 'lifted',
  reason: string,
  user: Actor,
): EntryDraft<'legal_hold.changed'> {
  return {
    kind: 'legal_hold.changed',
    call: null,
    agent: null,
    chain: null,
    body: { hold: hold.id, op },
    details: { query: hold.query, reason, actor: JSON.stringify({ user: user.name }) },
  };
}

function no(code: HoldRefusal['code'], message: string): { readonly ok: false; readonly error: HoldRefusal } {
  return { ok: false, error: { code, message } };
}
