// Erasing as a change that somebody else agrees to: a person's data, a call, or what a query finds. Reviewers see what it
// would destroy, whose exports hold copies, and what a legal hold keeps; a legal basis is required (DESIGN section 9).
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
import type { Readers } from '../store/readers.ts';
import type { ExportRecord } from '../store/readers/exports.ts';
import type { Alone } from './alone.ts';
import type { Erasure, ErasureList } from './erasure-list.ts';
import type { Eraser } from './eraser.ts';
import { select, type SelectDeps, type Selected, Selection } from './selection.ts';

export interface ErasureChangesDeps extends SelectDeps {
  readonly readers: SelectDeps['readers'] & Pick<Readers, 'exports'>;
  readonly rules: () => ReviewRules;
  readonly eraser: Eraser;
  readonly alone: Alone;
  readonly list: ErasureList;
  /** What goes wrong after an erasure took effect: it is tried again. */
  readonly tell: (message: string) => void;
}

/** What is stored, and agreed to. `size`: of a call or a query only entries before it go, of a person all. */
const Proposal = z.object({ ...Selection.shape, size: z.int() });

const MOST_NAMED = 20;

export function erasureChanges(deps: ErasureChangesDeps): ChangeKind {
  const exportsOf = async ({ targets }: Selected): Promise<readonly ExportRecord[]> => {
    const [first, last] = [targets[0], targets.at(-1)];
    return first === undefined || last === undefined
      ? []
      : (await deps.readers.exports.overlapping(first.index, last.index + 1)).filter(
          ({ disclosed }) => disclosed > 0,
        );
  };

  async function selected(selection: Selection, size: number): Promise<Result<Selected, ChangeFailure>> {
    const found = await select(selection, size, deps);
    if (!found.ok) return found;
    const { targets, held, open } = found.value;
    const [kept] = held;
    if (kept !== undefined && !selection.exceptHeld) {
      const { hold, entries } = kept;
      return no(
        'conflict',
        `the legal hold \`${hold.id}\` (${hold.reason}) keeps ${entries} of these entries: lift it, or erase the rest with \`--except-held\``,
      );
    }
    if (targets.length > 0) return found;
    return open > 0
      ? no(
          'conflict',
          `the ${open} calls that are found still run or wait for a decision: try again when they are over`,
        )
      : no('invalid', 'nothing that is stored is found by this: it may be erased already');
  }

  return {
    of: 'erasure',
    rules: deps.rules,
    async check(proposal) {
      const wanted = Selection.safeParse(proposal);
      if (!wanted.success) return no('invalid', wanted.error.issues.map(({ message }) => message).join('; '));
      const { size } = await deps.readers.log.head();
      const found = await selected(wanted.data, size);
      if (!found.ok) return found;
      const effect = effectOf(wanted.data, found.value, await exportsOf(found.value));
      return ok({ proposal: { ...definedOnly(wanted.data), size }, effect });
    },
    apply(change, step) {
      const { promise, resolve, reject } = Promise.withResolvers<Result<null, ChangeFailure>>();
      // Until all of it is gone nobody holds any of it: a hold that came in the middle would keep nothing.
      void deps
        .alone(async () => {
          const begun = await begin(change, step);
          resolve(begun);
          if (!begun.ok) return;
          try {
            deps.list.mark(change.id, 'begun');
            await deps.eraser.goOn();
          } catch (error) {
            deps.tell(`the erasure \`${change.id}\` goes on at the next start: ${String(error)}`);
          }
        })
        .catch(reject);
      return promise;
    },
  };

  async function begin(change: ReviewedChange, step: ApplyStep): Promise<Result<null, ChangeFailure>> {
    const { size, ...selection } = Proposal.parse(change.proposal);
    const now = selection.subject === undefined ? size : (await deps.readers.log.head()).size;
    const found = await selected(selection, now);
    if (!found.ok) return found;
    const erasure: Erasure = {
      change: change.id,
      targets: found.value.targets,
      keys: found.value.keys,
      left: selection.subject === undefined || selection.fields !== null ? 'holder' : 'agent',
      basis: selection.basis,
      exports: JSON.stringify(
        found.value.targets.length === 0 ? [] : (await exportsOf(found.value)).map(named),
      ),
      actor: actorOf(change, step),
    };
    // Before the commit: should a backup ever bring it back, nothing else would know.
    deps.list.intend(erasure);
    const result = await step.writer.commit(
      await deps.eraser.first(erasure, selection.fields === null ? found.value.persons : []),
    );
    if (!result.ok) {
      return result.code === 'log_unavailable'
        ? no('unavailable', 'the audit log cannot be written, so nothing was erased')
        : no('conflict', 'the erasure was begun already');
    }
    return ok(null);
  }
}

function effectOf(selection: Selection, found: Selected, exports: readonly ExportRecord[]): Json {
  const { targets, calls, open, held, times } = found;
  const agents = new Map<string, number>();
  for (const { agent } of calls) {
    const name = agent ?? '(not registered)';
    agents.set(name, (agents.get(name) ?? 0) + 1);
  }
  const fields = [...new Set(targets.flatMap(({ names }) => names))].sort();
  return {
    basis: selection.basis,
    entries: targets.length,
    details: targets.reduce((sum, { names }) => sum + names.length, 0),
    calls: calls.length,
    open,
    from: times === null ? null : new Date(times.from).toISOString(),
    to: times === null ? null : new Date(times.to).toISOString(),
    fields,
    agents: [...agents]
      .sort(([, a], [, b]) => b - a)
      .slice(0, MOST_NAMED)
      .map(([agent, count]) => ({ agent, calls: count })),
    held: held.map(({ hold, entries }) => ({ hold: hold.id, reason: hold.reason, entries })),
    exports: exports.slice(0, MOST_NAMED).map(named),
    moreExports: Math.max(0, exports.length - MOST_NAMED),
  };
}

/** As an erasure names an export: what it holds stays where it was taken. */
function named({ id, format, actor, exportedAt, disclosed }: ExportRecord) {
  return { id, format, actor, at: new Date(exportedAt).toISOString(), disclosed };
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
