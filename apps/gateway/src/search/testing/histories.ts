// Histories of calls as the pipeline could record them, at random: decided, held, joined, given up, approved, rejected,
// retried, ended, with whatever else happens in between.
import { type EntryDraft, type Id, newId } from '@countersign/audit';
import type { TestDatabase } from '../../store/sqlite/testing/database.ts';
import { createWriter } from '../../store/sqlite/writer/writer.ts';
import {
  type CallIds,
  completed,
  decided,
  newCall,
  requested,
  reviewed,
} from '../../store/testing-drafts.ts';
import { anyDraft, oneOf, OTHER_KINDS, type Random } from './drafts-of-all-kinds.ts';

type Live = { readonly ids: CallIds; readonly approval: Id<'apr'> | null; state: 'open' | 'held' | 'over' };

/** The next thing that happens to calls, as the pipeline would record it. */
function nextOf(random: Random, calls: Live[]): EntryDraft[] {
  const choice = random();
  const open = calls.filter(({ state }) => state === 'open');
  const held = calls.filter(({ state }) => state === 'held');
  if (choice < 0.35 || calls.length === 0) {
    const ids = newCall();
    const decision = oneOf(random, ['allow', 'deny', 'hold'] as const);
    // Several calls may wait for one request.
    const waiting = held[0]?.approval ?? null;
    const approval =
      decision === 'hold' ? (random() < 0.3 && waiting !== null ? waiting : newId('apr')) : null;
    calls.push({
      ids,
      approval,
      state: decision === 'allow' ? 'open' : decision === 'hold' ? 'held' : 'over',
    });
    const reason = { allow: 'permitted', deny: 'no_permit', hold: 'guarded' } as const;
    const labels = random() < 0.5 ? { labels: '["pii"]' } : {};
    const draft = decided(ids, { decision, reason: reason[decision], approval }, labels);
    return approval === null || approval === waiting ? [draft] : [draft, requested(ids, approval)];
  }
  if (choice < 0.6 && open.length > 0) {
    const call = oneOf(random, open);
    call.state = 'over';
    if (random() < 0.2)
      return [{ kind: 'call.unknown', ...call.ids, body: { reason: 'restart', decided: 1 }, details: {} }];
    const end = completed(call.ids, 1, { outcome: oneOf(random, ['ok', 'tool_error', 'withheld'] as const) });
    return [random() < 0.3 ? { ...end, details: { labels: '["brought"]' } } : end];
  }
  if (choice < 0.8 && held.length > 0) {
    const call = oneOf(random, held);
    if (call.approval === null) return [];
    const end = (state: Live['state']): void => {
      for (const other of calls)
        if (other.approval === call.approval && other.state === 'held') other.state = state;
    };
    const way = random();
    if (way < 0.3) {
      end('over');
      return [reviewed(call.ids, call.approval, 'reject')];
    }
    if (way < 0.5) {
      end('over');
      const body = { approval: call.approval, state: 'expired', previous: 'pending', user: null } as const;
      return [{ kind: 'approval.closed', ...call.ids, body, details: {} }];
    }
    if (way < 0.65) {
      call.state = 'over';
      return [completed(call.ids, 1, { outcome: 'aborted', status: null })];
    }
    const again = { reason: 'grant_redeemed', approval: call.approval } as const;
    if (way < 0.8) {
      call.state = 'open';
      for (const other of calls)
        if (other !== call && other.approval === call.approval && other.state === 'held')
          other.state = 'over';
      return [reviewed(call.ids, call.approval, 'approve'), decided(call.ids, { ...again, round: 2 })];
    }
    const retry = newCall();
    end('over');
    calls.push({ ids: retry, approval: call.approval, state: 'open' });
    return [decided(retry, again)];
  }
  return [anyDraft(oneOf(random, OTHER_KINDS), random, newCall().call)];
}

/** Through the real writer. Throws when it refuses any of it. */
export function writeHistory(test: TestDatabase, random: Random, steps: number): void {
  // Nothing here is about what survives a crash.
  test.db.pragma('synchronous = OFF');
  const writer = createWriter(test.db, test.options);
  const calls: Live[] = [];
  for (let step = 0; step < steps; step += 1) {
    const pending = Array.from({ length: 1 + Math.floor(random() * 4) }, (_, id) => ({
      id,
      time: 1_000_000 * (step + 2) + id,
      bytes: 1,
      request: { entries: nextOf(random, calls) },
    }));
    const { outcomes } = writer.apply(pending);
    for (const outcome of outcomes)
      if ('bug' in outcome || !outcome.result.ok) throw new Error(JSON.stringify(outcome));
  }
}
