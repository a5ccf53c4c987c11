// Declassification: clearing what agents and people are exposed to before the window ends, as a change that somebody
// else agrees to (DESIGN section 6). What is cleared is what reviewers were shown: a label that another call brought
// since is another exposure. What chains have touched is history, and never cleared.
import { type EntryDraft, isId } from '@countersign/audit';
import { z } from 'zod';
import type { ApplyStep, ChangeFailure, ChangeKind, ReviewedChange, ReviewRules } from '../changes/types.ts';
import { ok, type Result } from '../errors.ts';
import type { Precondition } from '../store/types.ts';
import { Declassification, type FindDeps, findExposed } from './find-exposed.ts';
import { holderName, holderReader } from './holders.ts';
import { shownExposure } from './shown.ts';

export interface ExposureChangesDeps extends FindDeps {
  readonly rules: () => ReviewRules;
}

/** What is stored, agreed to and applied: rows, exactly as they were shown. */
const Proposal = z.object({
  exposures: z
    .array(z.object({ holder: z.string(), label: z.string(), until: z.int(), call: z.string() }))
    .min(1),
});
type Row = z.output<typeof Proposal>['exposures'][number];

export function exposureChanges(deps: ExposureChangesDeps): ChangeKind {
  return {
    of: 'exposure',
    rules: deps.rules,
    async check(proposal) {
      const wanted = Declassification.safeParse(proposal);
      if (!wanted.success) return no('invalid', z.prettifyError(wanted.error));
      const found = await findExposed(wanted.data, deps);
      if (!found.ok) return found;
      const holderOf = holderReader(deps.registry.current());
      return ok({
        proposal: {
          exposures: found.value.map(({ holder, label, until, call }) => ({ holder, label, until, call })),
        },
        effect: { exposures: found.value.map((row) => shownExposure(row, holderOf(row))) },
      });
    },
    async apply(change, step) {
      const { exposures } = Proposal.parse(change.proposal);
      const holderOf = holderReader(deps.registry.current());
      const result = await step.writer.commit({
        entries: [clearedEntry(change, exposures, step)],
        changes: exposures.map((row) => ({ remove: 'exposures', where: { ...row } })),
        preconditions: exposures.map(unchanged),
      });
      if (result.ok) return ok(null);
      if (result.code === 'log_unavailable')
        return no('unavailable', 'the audit log cannot be written, so nothing was cleared');
      const row = result.code === 'precondition_failed' ? exposures[result.precondition] : undefined;
      const what =
        row === undefined
          ? 'what was proposed'
          : `\`${row.label}\` of ${holderName(holderOf({ ...row, by: null }))}`;
      return no(
        'conflict',
        `${what} came anew since, or is cleared already: look at it, and propose it again`,
      );
    },
  };
}

/** Nobody was exposed anew: another call would have left its own id. */
function unchanged(row: Row): Precondition {
  return { table: 'exposures', where: { ...row }, expect: 'exists' };
}

function clearedEntry(
  change: ReviewedChange,
  exposures: readonly Row[],
  { reviewers }: ApplyStep,
): EntryDraft<'exposure.cleared'> {
  const holders = [...new Set(exposures.map(({ holder }) => holder))];
  const agents = holders.filter((holder) => isId(holder, 'agt'));
  return {
    kind: 'exposure.cleared',
    call: null,
    agent: agents.length === 1 && agents[0] !== undefined ? agents[0] : null,
    chain: null,
    body: { change: change.id },
    details: {
      holders: JSON.stringify(holders),
      labels: JSON.stringify(exposures.map(({ holder, label, call }) => ({ holder, label, call }))),
      actor: JSON.stringify({ user: change.author, reviewers }),
    },
  };
}

function no(
  code: ChangeFailure['code'],
  message: string,
): Extract<Result<never, ChangeFailure>, { ok: false }> {
  return { ok: false, error: { code, message } };
}
