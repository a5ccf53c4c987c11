// An agreed change takes effect: its kind's commit, joined with the entries and rows that close the change.
import type { EntryDraft } from '@countersign/audit';
import { ok, type Result } from '../errors.ts';
import type { Change, Precondition } from '../store/types.ts';
import type { ChangeDeps } from './deps.ts';
import { joinWriter } from './joined-writer.ts';
import { closedEntry } from './rows.ts';
import type { ChangeKind, ChangeRefusal, ReviewedChange } from './types.ts';

interface Step {
  /** The entry of the step that made it take effect. */
  readonly before: readonly EntryDraft[];
  readonly changes: readonly Change[];
  readonly preconditions: readonly Precondition[];
}

/** Fails with the kind's own failure; then nothing of the step was written either. */
export async function takeEffect(
  kind: ChangeKind,
  change: ReviewedChange,
  reviewers: readonly string[],
  step: Step,
  deps: ChangeDeps,
): Promise<Result<ReviewedChange, ChangeRefusal>> {
  const joined = joinWriter(deps.writer, { ...step, after: [closedEntry(change, 'applied', '')] });
  const applied = await kind.apply(change, { writer: joined.writer, reviewers });
  if (joined.isOvertaken()) {
    const message = 'the change was decided by somebody else meanwhile';
    return { ok: false, error: { code: 'not_pending', message } };
  }
  if (!applied.ok) return applied;
  if (!joined.isCommitted()) throw new TypeError(`a change of \`${change.of}\` was applied without a commit`);
  return ok((await deps.reads.get(change.id)) ?? change);
}
