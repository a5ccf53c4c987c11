// What an erasure is about, as people name it, and the entries whose values that are: those of calls that are found, and
// those sealed for the person. Calls that still run, or wait for a decision, are left out: they are not over.
import { type EntryHeader, isId, parseEntry } from '@countersign/audit';
import { z } from 'zod';
import type { RecordedArchives } from '../archive/recorded.ts';
import type { ChangeFailure } from '../changes/types.ts';
import { ok, type Result } from '../errors.ts';
import { faultsOf } from '../faults.ts';
import { matchingCalls } from '../search/matching.ts';
import type { CallQuery } from '../search/query.ts';
import { parseQueryText } from '../search/query-text.ts';
import { subjectHolder } from '../store/payload/holder-name.ts';
import type { Readers } from '../store/readers.ts';
import type { CallRecord, EntryRecord } from '../store/readers/calls.ts';
import type { LegalHold } from '../store/readers/holds.ts';
import { DETAIL_NAMES } from '../exports/detail-names.ts';
import { isCallFound } from './judge.ts';
import { namesToErase } from './fields.ts';
import { doneBy, type HeldBy } from './holds.ts';
import { isLive, isOverBefore } from './live.ts';
import { movedCalls, stillSealed, stillThere } from './moved-calls.ts';

/** Exactly one of `subject`, `call` and `query`. */
export const Selection = z
  .strictObject({
    subject: z.string().min(1).max(512).optional(),
    call: z.string().optional(),
    query: z.string().min(1).max(2048).optional(),
    basis: z.string().trim().min(3, { error: 'a legal basis has at least three characters' }).max(2000),
    fields: z
      .array(
        z.enum(DETAIL_NAMES, {
          error: ({ input }) => `\`${String(input)}\` is no detail: name some of ${DETAIL_NAMES.join(', ')}`,
        }),
      )
      .min(1)
      .nullable()
      .default(null),
    exceptHeld: z.boolean().default(false),
  })
  .refine(
    ({ subject, call, query }) => [subject, call, query].filter((one) => one !== undefined).length === 1,
    {
      error: 'name exactly one of `subject`, `call` and `query`',
    },
  );
export type Selection = z.output<typeof Selection>;

/** What is wrong with a request to erase in itself, whatever is stored; null for one that can be looked into. */
export function requestProblem(request: unknown): string | null {
  const parsed = Selection.safeParse(request);
  if (!parsed.success) return faultsOf(parsed.error, request).join('; ');
  const { call, query } = parsed.data;
  if (call !== undefined) return isId(call, 'call') ? null : `\`${call}\` is no call id`;
  if (query === undefined) return null;
  const filters = parseQueryText(query, { place: 'record' });
  if (!filters.ok) return filters.error.message;
  return Object.keys(filters.value).length === 0
    ? 'an empty query finds every call: name what is to be erased'
    : null;
}

export interface Target {
  readonly index: number;
  /** Names of the details that go. */
  readonly names: readonly string[];
}

export interface Selected {
  /** Ascending by index. */
  readonly targets: readonly Target[];
  readonly calls: readonly CallRecord[];
  /** Calls that were found and are not over. */
  readonly open: number;
  readonly held: readonly { readonly hold: LegalHold; readonly entries: number }[];
  /** Milliseconds since the epoch: the first and the last entry. */
  readonly times: { readonly from: number; readonly to: number } | null;
  /** Keys that the values are sealed with, those of archived ones included. */
  readonly keys: readonly number[];
  /** Entries that were moved to an archive of old entries: all that is sealed of them goes with the keys. */
  readonly archived: number;
  /** Of those, entries that are not what was asked for: they were sealed by the same keys, maybe as what goes in the database. */
  readonly alongside: number;
  /** Archived entries of what was asked for that stay, since only some details were to go, something is held, or a call of theirs is not over. */
  readonly archivedLeft: number;
  /** Calls that may be what was asked for, and do not tell any more: what is left of them stays. */
  readonly untold: number;
  /** Archives that could not be looked into, or of which some values cannot be read here. */
  readonly unreached: RecordedArchives['unreached'];
  /** Names under which a person is to be forgotten. */
  readonly persons: readonly string[];
}

export interface SelectDeps {
  readonly readers: Pick<Readers, 'calls' | 'log' | 'payloads' | 'registry' | 'tasks'>;
  /** Whether the log is over: then everything in it is. */
  readonly isOver?: boolean;
  /** Milliseconds since the epoch: as of when it is asked whether work is over. */
  readonly now: () => number;
  /** Other names of a person: the registry knows them by name and by e-mail address. */
  readonly namesOf: (subject: string) => readonly string[];
  readonly heldBy: () => Promise<HeldBy>;
  /** Whether any hold lasts: of what is sealed by the same keys in archives nobody looks whether it is theirs. */
  readonly isAnyHeld?: () => Promise<boolean>;
  /** The archives of the log's own first entries; left out: there are none to look into. */
  readonly archived?: () => Promise<RecordedArchives>;
}

/** More would be a transaction, and a file, of a size that nobody wants: it can be done in parts. */
const MOST_ENTRIES = 200_000;
const PAGE = 1000;

/** @param size entries from there on are left alone, and calls that ended there: they came after what was shown. */
export async function select(
  selection: Selection,
  size: number,
  deps: SelectDeps,
): Promise<Result<Selected, ChangeFailure>> {
  const { readers } = deps;
  const problem = requestProblem(selection);
  if (problem !== null) return no('invalid', problem);
  const asked = callsAsked(selection, deps);
  if (!asked.ok) return asked;
  const persons =
    selection.subject === undefined
      ? []
      : [...new Set([selection.subject, ...deps.namesOf(selection.subject)])];
  const heldBy = await deps.heldBy();
  const targets = new Map<number, Target>();
  const held = new Map<LegalHold, number>();
  const calls: CallRecord[] = [];
  const skippedCalls = new Set<string>();
  const isAlive = async (call: CallRecord): Promise<boolean> =>
    deps.isOver !== true && (!isOverBefore(call, size) || (await isLive(call, readers.tasks, deps.now())));
  let [open, untold] = [0, 0];
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

  const take = (header: EntryHeader, isTheirOwn: boolean): void => {
    if (header.index >= size) return;
    const names = namesToErase(header, selection.fields, isTheirOwn);
    if (names.length === 0) return;
    targets.set(header.index, { index: header.index, names });
    from = Math.min(from, header.time / 1000);
    to = Math.max(to, header.time / 1000);
  };

  const keep = (hold: LegalHold, entries: number): void =>
    void held.set(hold, (held.get(hold) ?? 0) + entries);

  for await (const call of asked.value.calls()) {
    const entries = await readers.calls.entries(call.id);
    // SECURITY: a value that is gone is no reason to destroy: a query that excludes it finds the call.
    const isAnyLeft = entries.some((entry) => leftToErase(entry, selection.fields).length > 0);
    if ((await isCallFound(asked.value.query, call, () => entries)) !== true) {
      skippedCalls.add(call.id);
      if (isAnyLeft) untold += 1;
      continue;
    }
    const hold = await heldBy({ call, entries: () => entries, time: call.startedAt, subject: call.subject });
    if (hold !== null || (await isAlive(call))) {
      skippedCalls.add(call.id);
      if (hold === null) open += 1;
      // What has expired is kept from nobody.
      else if (isAnyLeft) keep(hold, entries.length);
      continue;
    }
    calls.push(call);
    for (const entry of entries) {
      const { header, details } = entry;
      // What somebody else did about the call goes with it, unless a hold keeps what is theirs.
      const other = leftToErase(entry, selection.fields).length === 0 ? null : doneBy(header, details);
      const theirs =
        other === null
          ? null
          : await heldBy({ call, entries: () => entries, time: header.time / 1000, ...other });
      if (theirs === null) take(header, false);
      else keep(theirs, 1);
    }
    if (targets.size > MOST_ENTRIES) return tooMany();
  }

  for (const header of await ownEntries(persons, readers)) {
    if (header.call !== null && skippedCalls.has(header.call)) continue;
    // Of a call of their own, and theirs besides: what names them as reviewer or actor goes with the rest.
    if (targets.has(header.index)) {
      take(header, true);
      continue;
    }
    const call = header.call === null ? null : await readers.calls.get(header.call);
    // Under a person's key are their calls, which were found by the name unless that was erased before.
    if (call !== null && (await isAlive(call))) continue;
    let hold: LegalHold | null = null;
    for (const subject of persons)
      hold ??= await heldBy({
        call,
        entries: () => (call === null ? [] : readers.calls.entries(call.id)),
        isCallUnknown: call === null && header.call !== null,
        time: header.time / 1000,
        subject,
      });
    if (hold === null) take(header, true);
    else keep(hold, 1);
    if (targets.size > MOST_ENTRIES) return tooMany();
  }

  const mayReachArchives = selection.fields === null && !(await deps.isAnyHeld?.());
  const moved = await movedCalls(selection, deps);
  if (moved.headers.length > MOST_ENTRIES) return tooMany();
  const theirs = await stillSealed(moved.headers, readers.payloads);
  // What of them is behind the archives has no row that would find it either.
  if (mayReachArchives) for (const header of moved.headers) take(header, false);
  const sealed = await readers.payloads.sealedOf([...targets.keys()].sort((a, b) => a - b));
  const own = new Set(
    selection.subject === undefined ? theirs.map(({ key }) => key) : await keysOf(persons, readers.payloads),
  );
  // Whatever lies in archives goes with the keys to it, whether it was asked for or is what else they seal.
  const keys = new Set([...own, ...sealed.map(({ key }) => key)]);
  const behind = await readers.payloads.archivedUnder([...keys]);
  const wanted =
    selection.subject === undefined ? theirs.length : behind.filter(({ key }) => own.has(key)).length;
  const isTaken = mayReachArchives && (selection.subject === undefined || open === 0);
  // SECURITY: the keys to what stays there stay, also where they seal what is destroyed in the database.
  const kept = new Set(isTaken ? [] : behind.map(({ key }) => key));
  return ok({
    archived: isTaken ? behind.length : 0,
    alongside: isTaken ? Math.max(0, behind.length - wanted) : 0,
    archivedLeft: isTaken ? 0 : wanted,
    untold: untold + (await stillThere(moved.untold, readers.payloads)),
    unreached: moved.unreached,
    targets: sealed.flatMap(({ index }) => targets.get(index) ?? []),
    calls,
    open,
    held: [...held].map(([hold, entries]) => ({ hold, entries })),
    times: targets.size === 0 ? null : { from, to },
    keys: [...new Set([...sealed, ...behind].map(({ key }) => key))].filter((key) => !kept.has(key)),
    persons,
  });
}

/** Of details that go, those that are stored. */
function leftToErase({ header, erased }: EntryRecord, fields: Selection['fields']): readonly string[] {
  return namesToErase(header, fields).filter((name) => !erased.includes(name));
}

interface Asked {
  /** What the index finds: of a value that was erased it knows as little as of one that never was. */
  readonly calls: () => AsyncIterable<CallRecord>;
  readonly query: CallQuery;
}

function callsAsked(
  { subject, call, query }: Selection,
  { readers }: SelectDeps,
): Result<Asked, ChangeFailure> {
  const byQuery = (filters: CallQuery): Asked => ({
    calls: () => matchingCalls(readers.calls, filters),
    query: filters,
  });
  if (subject !== undefined) return ok(byQuery({ subject }));
  if (query !== undefined) {
    const parsed = parseQueryText(query, { place: 'record' });
    return parsed.ok ? ok(byQuery(parsed.value)) : no('invalid', parsed.error.message);
  }
  const id = call ?? '';
  if (!isId(id, 'call')) return no('invalid', `\`${id}\` is no call id`);
  return ok({
    async *calls() {
      const found = await readers.calls.get(id);
      if (found !== null) yield found;
    },
    query: {},
  });
}

/** What is sealed for the person: reviews and what they asked for, besides their calls. */
async function ownEntries(
  persons: readonly string[],
  { payloads, log }: SelectDeps['readers'],
): Promise<readonly EntryHeader[]> {
  if (persons.length === 0) return [];
  const indexes = await payloads.underKeys(await keysOf(persons, payloads), MOST_ENTRIES + 1);
  const headers: EntryHeader[] = [];
  for (const index of indexes) {
    const stored = await log.entry(index);
    const parsed = stored === null ? null : parseEntry(stored.header);
    if (parsed?.ok === true) headers.push(parsed.value);
    if (headers.length % PAGE === 0) await new Promise<void>((resolve) => setImmediate(resolve));
  }
  return headers;
}

/** Of what is sealed for the person. */
async function keysOf(persons: readonly string[], payloads: SelectDeps['readers']['payloads']) {
  const keys: number[] = [];
  for (const person of persons) keys.push(...(await payloads.keysOf(subjectHolder(person))));
  return keys;
}

function tooMany(): { readonly ok: false; readonly error: ChangeFailure } {
  return no('invalid', `that are more than ${MOST_ENTRIES} entries: narrow it by time, and do it in parts`);
}

function no(
  code: ChangeFailure['code'],
  message: string,
): { readonly ok: false; readonly error: ChangeFailure } {
  return { ok: false, error: { code, message } };
}
