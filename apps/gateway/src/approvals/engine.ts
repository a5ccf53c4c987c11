// The approval engine: opens requests, takes reviews, hands out grants, lets them expire. State lives in the store and
// every step is an entry in the same commit; what is in memory here is only who waits for news.
import type { Result } from '../errors.ts';
import type { Awaitable } from '../store/types.ts';
import { createTurns } from '../turns.ts';
import { closedEntry, closing } from './changes.ts';
import type { EngineDeps } from './deps.ts';
import { reviewApproval } from './review.ts';
import { revokeGrant } from './revoke.ts';
import { isStanding } from './terms.ts';
import type { Approval, ApprovalDesk, ReviewRefusal, RevokeRefusal } from './types.ts';

export interface ApprovalEngine extends ApprovalDesk {
  /** The approved, unexpired, unconsumed grant with this binding, while those who gave it still could. */
  grantFor(binding: string): Promise<Approval | null>;
  live(binding: string): Awaitable<Approval | null>;
  /** Whether people said no to exactly this, and the time that they had for it is not over. */
  isRejected(binding: string): Promise<boolean>;
  byId(id: string): Awaitable<Approval | null>;
  pendingOf(agentUid: string): Awaitable<number>;
  /** How many calls wait on their own connections for this request. */
  waiting(id: string): number;
  /** Resolves with the approval once it is no longer pending, or null at the deadline or when `signal` aborts. */
  settled(id: string, waitMs: number, signal: AbortSignal): Promise<Approval | null>;
  /** A call opened this request and waits for it: should all who wait give up, it goes with them. */
  opened(id: string): void;
  /** One who waited gave up. The last of them takes the request along, unless anybody was told "pending" and may retry. */
  abandon(id: string, reason: string): Promise<void>;
  /** One who waited lost its connection, or was told "pending": the request lives until it is decided or expires. */
  keep(id: string): void;
  withdraw(id: string, reason: string): Promise<void>;
  /** The process ends: whoever waits is told "pending", now and from here on. What is pending lives on in the store. */
  stopWaiting(): void;
  /** Closes what is overdue; called by a timer and before every look at a grant. */
  sweep(): Promise<void>;
  onChange(listener: (approval: Approval) => void): () => void;
}

export function createApprovalEngine(deps: EngineDeps): ApprovalEngine {
  const listeners = new Set<(approval: Approval) => void>();
  /** Reviews of one approval are taken one after another: two at once could each miss the other in the quorum. */
  const inTurn = createTurns();
  const waiting = new Map<string, number>();
  /** Requests that nobody but those who wait for them relies on. */
  const deniable = new Set<string>();
  const stopping = new AbortController();

  const announce = async (id: string) => {
    const approval = await deps.reads.byId(id);
    if (approval === null) return;
    if (approval.state !== 'pending') deniable.delete(id);
    for (const listener of listeners) listener(approval);
  };

  const close = async (approval: Approval, state: 'expired' | 'withdrawn', reason: string): Promise<void> => {
    const result = await deps.writer.commit({
      entries: [closedEntry(approval, state, reason)],
      ...closing(approval, state, deps.now()),
    });
    if (result.ok) await announce(approval.id);
  };

  const engine: ApprovalEngine = {
    byId: (id) => deps.reads.byId(id),
    live: (binding) => deps.reads.live(binding),
    isRejected: async (binding) => (await deps.reads.rejected(binding, deps.now())) !== null,
    pendingOf: (agentUid) => deps.reads.pendingOf(agentUid),
    waiting: (id) => waiting.get(id) ?? 0,
    async grantFor(binding) {
      const live = await deps.reads.live(binding);
      if (live?.state !== 'approved' || (live.grantExpiresAt ?? 0) <= deps.now()) return null;
      return isStanding(live, await deps.reads.reviews(live.id), deps.registry.current()) ? live : null;
    },
    review: (input) =>
      inTurn(input.approval, async (): Promise<Result<Approval, ReviewRefusal>> => {
        const reviewed = await reviewApproval(input, deps);
        if (reviewed.ok) await announce(input.approval);
        return reviewed;
      }),
    revoke: (revocation) =>
      inTurn(revocation.approval, async (): Promise<Result<Approval, RevokeRefusal>> => {
        const revoked = await revokeGrant(revocation, deps);
        if (revoked.ok) await announce(revocation.approval);
        return revoked;
      }),
    async settled(id, waitMs, signal) {
      const { promise, resolve } = Promise.withResolvers<Approval | null>();
      waiting.set(id, (waiting.get(id) ?? 0) + 1);
      const stop = engine.onChange((approval) => {
        if (approval.id === id && approval.state !== 'pending') resolve(approval);
      });
      const timer = setTimeout(() => resolve(null), waitMs);
      const aborted = () => resolve(null);
      const ended = AbortSignal.any([signal, stopping.signal]);
      ended.addEventListener('abort', aborted, { once: true });
      if (ended.aborted) resolve(null);
      // It may have been decided between the request and this listener.
      const now = await deps.reads.byId(id);
      if (now !== null && now.state !== 'pending') resolve(now);
      try {
        return await promise;
      } finally {
        const left = (waiting.get(id) ?? 1) - 1;
        if (left === 0) waiting.delete(id);
        else waiting.set(id, left);
        stop();
        clearTimeout(timer);
        ended.removeEventListener('abort', aborted);
      }
    },
    opened: (id) => void deniable.add(id),
    async abandon(id, reason) {
      if (deniable.has(id) && !waiting.has(id)) await engine.withdraw(id, reason);
    },
    keep: (id) => void deniable.delete(id),
    stopWaiting: () => stopping.abort(),
    withdraw: (id, reason) =>
      inTurn(id, async () => {
        const approval = await deps.reads.byId(id);
        if (approval?.state === 'pending') await close(approval, 'withdrawn', reason);
      }),
    async sweep() {
      for (const approval of await deps.reads.overdue(deps.now())) {
        const why =
          approval.state === 'pending' ? 'nobody decided in time' : 'the grant was not used in time';
        await inTurn(approval.id, () => close(approval, 'expired', why));
      }
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return engine;
}
