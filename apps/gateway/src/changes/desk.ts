// The desk of changes: opens them, takes verdicts, lets them expire. State lives in the store, and every step is an
// entry in the same commit as its rows. What a change does is its kind's to know, never this file's.
import { newId } from '@countersign/audit';
import { ok, type Result } from '../errors.ts';
import { createTurns } from '../turns.ts';
import { takeEffect } from './apply.ts';
import type { ChangeDeps } from './deps.ts';
import { authorOf } from './people.ts';
import { reviewChange } from './review.ts';
import { closedEntry, closedRow, proposedEntry, proposedRow, stillPending } from './rows.ts';
import type { ChangeDesk, ChangeKind, ChangeOf, ChangeRefusal, ReviewedChange } from './types.ts';

export function createChangeDesk(deps: ChangeDeps): ChangeDesk {
  const kinds = new Map<ChangeOf, ChangeKind>();
  /** Verdicts on one change are taken one after another: two at once could each miss the other in the quorum. */
  const inTurn = createTurns();

  const propose: ChangeDesk['propose'] = async ({ of, author: name, message, proposal }) => {
    const kind = kinds.get(of);
    if (kind === undefined) return no('invalid', `changes of \`${of}\` are not made here`);
    // Told before who asks is looked at: another token would not help.
    if (typeof kind.closed === 'string') return no('conflict', kind.closed);
    const rules = kind.rules();
    const author = authorOf(deps.registry.current(), name, rules);
    if (!author.ok) return author;
    if (message.trim() === '')
      return no('message_required', 'a message is required: it tells reviewers, and later readers, why');
    const checked = await kind.check(proposal);
    if (!checked.ok) return checked;

    const now = deps.now();
    const change: ReviewedChange = {
      id: newId('chg'),
      of,
      state: 'pending',
      ...checked.value,
      message,
      authorUid: author.value.uid,
      author: author.value.name,
      quorum: rules.quorum,
      proposedAt: now,
      expiresAt: now + rules.expiresMs,
      closedAt: null,
      reason: null,
    };
    const entries = [proposedEntry(change, author.value)];
    if (rules.quorum === 0) {
      const applied = { ...change, state: 'applied', closedAt: now } as const;
      const row = proposedRow(applied);
      return takeEffect(kind, change, [], { before: entries, changes: [row], preconditions: [] }, deps);
    }
    const result = await deps.writer.commit({ entries, changes: [proposedRow(change)] });
    return result.ok ? ok(change) : notWritten();
  };

  const close = async (
    change: ReviewedChange,
    state: 'withdrawn' | 'expired',
    reason: string,
  ): Promise<Result<ReviewedChange, ChangeRefusal>> => {
    const result = await deps.writer.commit({
      entries: [closedEntry(change, state, reason)],
      changes: [closedRow(change, state, reason, deps.now())],
      preconditions: [stillPending(change)],
    });
    if (result.ok) return ok((await deps.reads.get(change.id)) ?? change);
    return result.code === 'log_unavailable'
      ? notWritten()
      : no('not_pending', 'the change was decided by somebody else meanwhile');
  };

  return {
    register(kind) {
      if (kinds.has(kind.of)) throw new TypeError(`changes of \`${kind.of}\` have a kind already`);
      kinds.set(kind.of, kind);
    },
    reviewersOf: (of) => kinds.get(of)?.rules().group ?? null,
    propose,
    review: (input) => inTurn(input.change, () => reviewChange(input, (of) => kinds.get(of), deps)),
    withdraw: ({ change: id, author, reason }) =>
      inTurn(id, async () => {
        const change = await deps.reads.get(id);
        if (change === null) return no('not_found', `there is no change \`${id}\``);
        if (deps.registry.current().users.get(author)?.uid !== change.authorUid)
          return no('not_an_author', `only \`${change.author}\`, who proposed it, can withdraw it`);
        if (change.state !== 'pending')
          return no('not_pending', `the change is ${change.state} and can no longer be withdrawn`);
        return close(change, 'withdrawn', reason);
      }),
    async sweep() {
      for (const change of await deps.reads.overdue(deps.now()))
        await inTurn(change.id, () => close(change, 'expired', 'nobody decided in time'));
    },
  };
}

function no(code: ChangeRefusal['code'], message: string): { ok: false; error: ChangeRefusal } {
  return { ok: false, error: { code, message } };
}

function notWritten(): { ok: false; error: ChangeRefusal } {
  return no('log_unavailable', 'the audit log cannot be written, so nothing was changed');
}
