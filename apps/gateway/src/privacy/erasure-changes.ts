// Erasing as a change that somebody else agrees to: a person's data, a call, or what a query finds. Reviewers see what it
// would destroy, whose exports hold copies, and what a legal hold keeps; a legal basis is required (DESIGN section 9). What they
// agree to is what they were shown: looked up again as of then, and refused where that cannot be.
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type {
  ApplyStep,
  ChangeFailure,
  ChangeKind,
  Json,
  ReviewedChange,
  ReviewRules,
} from '../changes/types.ts';
import { ok, type Result } from '../errors.ts';
import { openRecorded } from '../archive/recorded.ts';
import type { ArchivedLog, ArchivedLogs } from '../continuation/archived-logs.ts';
import type { Alone } from './alone.ts';
import { untoldText } from './judge.ts';
import { type Copies, copiesOf, type CopyReaders, type SinkCopy } from './copies.ts';
import type { Erasure, ErasureList } from './erasure-list.ts';
import type { Eraser } from './eraser.ts';
import { requestProblem, select, type SelectDeps, type Selected, Selection } from './selection.ts';

export interface ErasureChangesDeps extends Omit<SelectDeps, 'isOver' | 'heldBy' | 'isAnyHeld'> {
  /** @param asOf also what lasted then, milliseconds since the epoch, and was lifted since. */
  readonly heldBy: (asOf?: number) => ReturnType<SelectDeps['heldBy']>;
  readonly isAnyHeld?: (asOf?: number) => Promise<boolean>;
  readonly readers: SelectDeps['readers'] & CopyReaders;
  readonly archives: <T>(work: (archived: ArchivedLogs) => Promise<T>) => Promise<T>;
  readonly rules: () => ReviewRules;
  readonly eraser: Eraser;
  readonly alone: Alone;
  readonly list: ErasureList;
  /** What goes wrong after an erasure took effect: it is tried again. */
  readonly tell: (message: string) => void;
}

/**
 * What is stored, and agreed to. `size`: of a call or a query only what was over before it goes, of a person all. `at`: when it was
 * looked up. `cut`: entries before it were in archives then. Both are left out by proposals of an earlier version.
 */
const Proposal = z.object({
  ...Selection.shape,
  size: z.int(),
  at: z.int().optional(),
  cut: z.int().default(0),
});

/** How the log stood when something was looked up. */
interface AsOf extends Pick<z.output<typeof Proposal>, 'size'> {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Holds that lasted then; left out: those that last now. */
  readonly held?: number;
}

const Shown = z.object({
  unreached: z.array(z.object({ log: z.string(), why: z.string() })).default([]),
});
const ANEW = 'propose it again, so that whoever agrees to it sees what would go';

const MOST_NAMED = 20;

type FoundHere = Selected & { readonly copies: Copies };
type FoundBefore = FoundHere & Pick<ArchivedLog, 'path' | 'origin'>;

interface Found extends Pick<ArchivedLogs, 'unreached'> {
  readonly own: FoundHere;
  /** In the logs that this one continues. */
  readonly before: readonly FoundBefore[];
}

export function erasureChanges(deps: ErasureChangesDeps): ChangeKind {
  /** In this log and in those that it continues, as far as their archives are here. */
  async function selected(
    selection: Selection,
    { size, at, held }: AsOf,
  ): Promise<Result<Found, ChangeFailure>> {
    const { isAnyHeld } = deps;
    const then: SelectDeps = {
      ...deps,
      now: () => at,
      heldBy: () => deps.heldBy(held),
      ...(isAnyHeld === undefined ? {} : { isAnyHeld: () => isAnyHeld(held) }),
    };
    return deps.archives(async ({ logs, unreached }) => {
      const own = await select(selection, size, then);
      if (!own.ok) return own;
      const before: FoundBefore[] = [];
      for (const { path, origin, readers } of logs) {
        const found = await select(selection, Number.MAX_SAFE_INTEGER, {
          ...then,
          readers,
          isOver: true,
          archived: () => openRecorded(readers),
        });
        if (!found.ok) return found;
        const copies = await copiesOf(found.value.targets, readers);
        before.push({ ...found.value, path, origin, copies });
      }
      const { open } = own.value;
      const all = [own.value, ...before];
      const kept = all.flatMap(({ held }) => held)[0];
      if (kept !== undefined && !selection.exceptHeld) {
        const { hold, entries } = kept;
        return no(
          'conflict',
          `the legal hold \`${hold.id}\` (${hold.reason}) keeps ${entries} of these entries: lift it, or erase the rest with \`--except-held\``,
        );
      }
      if (all.some(({ targets, archived }) => targets.length + archived > 0)) {
        const copies = await copiesOf(own.value.targets, deps.readers);
        return ok({
          own: { ...own.value, copies },
          before,
          unreached: [...unreached, ...all.flatMap((one) => one.unreached)],
        });
      }
      if (kept !== undefined)
        return no(
          'conflict',
          `all that is found is kept by legal holds, first \`${kept.hold.id}\` (${kept.hold.reason}): nothing is left to erase until it is lifted`,
        );
      const left = all.reduce((sum, { archivedLeft }) => sum + archivedLeft, 0);
      if (left > 0)
        return no(
          'conflict',
          `${left} entries of this are archived, and go as a whole only, with their keys: leave out \`--field\`, lift what is held, and of a person wait until their calls are over`,
        );
      const [closed] = all.flatMap((one) => one.unreached);
      if (closed !== undefined)
        return no(
          'conflict',
          `nothing that is stored here is found by this, and ${closed.log} could not be looked into: ${closed.why}`,
        );
      const untold = untoldIn(all);
      if (untold > 0)
        return no('conflict', `nothing that is stored is found by this, and ${untoldText(untold)}`);
      return open > 0
        ? no(
            'conflict',
            open === 1
              ? 'the one call that is found still runs or waits for a decision: try again when it is over'
              : `the ${open} calls that are found still run or wait for a decision: try again when they are over`,
          )
        : no('invalid', 'nothing that is stored is found by this: it may be erased already');
    });
  }

  return {
    of: 'erasure',
    rules: deps.rules,
    async check(proposal) {
      const wanted = Selection.safeParse(proposal);
      if (!wanted.success) return no('invalid', requestProblem(proposal) ?? wanted.error.message);
      const at = deps.now();
      const cut = await deps.readers.log.archivedTo();
      const { size } = await deps.readers.log.head();
      const found = await selected(wanted.data, { size, at });
      if (!found.ok) return found;
      const effect = effectOf(wanted.data, found.value);
      return ok({ proposal: { ...definedOnly(wanted.data), size, at, cut }, effect });
    },
    apply(change, step) {
      const { promise, resolve, reject } = Promise.withResolvers<Result<null, ChangeFailure>>();
      // Until all of it is gone nobody holds any of it: a hold that came in the middle would keep nothing.
      void deps
        .alone(async () => {
          const begun = await begin(change, step);
          resolve(begun.ok ? ok(null) : begun);
          if (!begun.ok) return;
          try {
            for (const list of begun.value) list.mark(change.id, 'begun');
            await deps.eraser.goOn();
          } catch (error) {
            deps.tell(`the erasure \`${change.id}\` goes on at the next start: ${String(error)}`);
          }
        })
        .catch(reject);
      return promise;
    },
  };

  async function begin(
    change: ReviewedChange,
    step: ApplyStep,
  ): Promise<Result<readonly ErasureList[], ChangeFailure>> {
    const { size, at = change.proposedAt, cut, ...selection } = Proposal.parse(change.proposal);
    if ((await deps.readers.log.archivedTo()) !== cut)
      return no(
        'conflict',
        `entries were archived since this was proposed, and archived values go as a whole, with their keys: ${ANEW}`,
      );
    const isOfPerson = selection.subject !== undefined;
    const asOf: AsOf = isOfPerson
      ? { size: (await deps.readers.log.head()).size, at: deps.now() }
      : { size, at };
    // What a hold kept when it was shown stays, if the hold was lifted since.
    const isKept = !isOfPerson || selection.exceptHeld;
    const found = await selected(selection, isKept ? { ...asOf, held: at } : asOf);
    if (!found.ok) return found;
    if (!isDeepStrictEqual(namedIn(found.value), Shown.parse(change.effect).unreached))
      return no('conflict', `other archives could be looked into when this was proposed than now: ${ANEW}`);
    const { own, before } = found.value;
    const erasureOf = ({ targets, keys }: Selected): Erasure => ({
      change: change.id,
      targets,
      keys,
      left: selection.subject === undefined || selection.fields !== null ? 'holder' : 'agent',
      basis: selection.basis,
      exports: JSON.stringify(notReached(found.value)),
      actor: actorOf(change, step),
    });
    // Before the commit: should a backup ever bring it back, nothing else would know.
    const archived = before.filter(({ targets, keys }) => targets.length + keys.length > 0);
    const lists = [deps.list, ...archived.map(({ origin }) => deps.list.ofLog(origin))];
    for (const [i, one] of [own, ...archived].entries()) lists[i]?.intend(erasureOf(one));
    const persons = selection.fields === null ? own.persons : [];
    const result = await step.writer.commit(
      await deps.eraser.first(erasureOf(own), persons, {
        archives: archived.map(({ path }) => path),
        isHeld: [own, ...before].some(({ held }) => held.length > 0),
      }),
    );
    if (!result.ok) for (const list of lists) list.mark(change.id, 'dropped');
    if (!result.ok) {
      return result.code === 'log_unavailable'
        ? no('unavailable', 'the audit log cannot be written, so nothing was erased')
        : no('conflict', 'the erasure was begun already');
    }
    return ok(lists);
  }
}

function effectOf(selection: Selection, found: Found): Json {
  const all = [found.own, ...found.before];
  const targets = all.flatMap((one) => one.targets);
  const calls = all.flatMap((one) => one.calls);
  const times = all.flatMap((one) => (one.times === null ? [] : [one.times]));
  const agents = new Map<string, number>();
  for (const { agent } of calls) {
    const name = agent ?? '(not registered)';
    agents.set(name, (agents.get(name) ?? 0) + 1);
  }
  const exports = all.flatMap(({ copies }) => copies.exports);
  return {
    basis: selection.basis,
    entries: targets.length,
    details: targets.reduce((sum, { names }) => sum + names.length, 0),
    calls: calls.length,
    open: found.own.open,
    from: times.length === 0 ? null : new Date(Math.min(...times.map(({ from }) => from))).toISOString(),
    to: times.length === 0 ? null : new Date(Math.max(...times.map(({ to }) => to))).toISOString(),
    fields: [...new Set(targets.flatMap(({ names }) => names))].sort(),
    agents: [...agents]
      .sort(([, a], [, b]) => b - a)
      .slice(0, MOST_NAMED)
      .map(([agent, count]) => ({ agent, calls: count })),
    held: all
      .flatMap(({ held }) => held)
      .map(({ hold, entries }) => ({ hold: hold.id, reason: hold.reason, entries })),
    exports: exports.slice(0, MOST_NAMED).map((copy) => ({ ...copy })),
    archived: all.reduce((sum, { archived }) => sum + archived, 0),
    alongside: all.reduce((sum, { alongside }) => sum + alongside, 0),
    archivedLeft: all.reduce((sum, { archivedLeft }) => sum + archivedLeft, 0),
    untold: untoldIn(all),
    moreExports: Math.max(0, exports.length - MOST_NAMED),
    sinks: sinksOf(found).map((copy) => ({ ...copy, details: [...copy.details] })),
    archives: found.before
      .filter((one) => one.targets.length > 0)
      .map(({ origin, path, targets: there }) => ({ log: origin, folder: path, entries: there.length })),
    unreached: namedIn(found),
  };
}

const namedIn = ({ unreached }: Found) => unreached.map(({ log, why }) => ({ log, why }));

const untoldIn = (all: readonly Pick<Selected, 'untold'>[]): number =>
  all.reduce((sum, { untold }) => sum + untold, 0);

/** As the record names what stays: copies where they were taken, archives, and calls of which nobody could tell. */
function notReached(found: Found): readonly object[] {
  const all = [found.own, ...found.before];
  const untold = untoldIn(all);
  return [
    ...all.flatMap(({ copies }) => copies.exports),
    ...sinksOf(found),
    ...found.unreached,
    ...(untold === 0 ? [] : [{ untold }]),
  ];
}

function sinksOf({ own, before }: Found): readonly SinkCopy[] {
  const all = [own, ...before].flatMap(({ copies }) => copies.sinks);
  return [...new Map(all.map((copy) => [JSON.stringify(copy), copy])).values()];
}

function actorOf({ author }: ReviewedChange, { reviewers }: ApplyStep): string {
  return JSON.stringify({ user: author, reviewers });
}

function definedOnly(selection: Selection): { readonly [name: string]: Json } {
  const given = Object.entries(selection).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as { readonly [name: string]: Json };
}

function no(
  code: ChangeFailure['code'],
  message: string,
): { readonly ok: false; readonly error: ChangeFailure } {
  return { ok: false, error: { code, message } };
}
