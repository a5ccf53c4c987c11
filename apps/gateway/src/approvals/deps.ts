// What the approval engine asks of the rest of the gateway.
import type { RegistrySnapshot } from '../registry/types.ts';
import type { Awaitable, LogWriter } from '../store/types.ts';
import type { Approval, Review } from './types.ts';

export interface ApprovalReads {
  byId(id: string): Awaitable<Approval | null>;
  /** The one pending or approved request with this binding. */
  live(binding: string): Awaitable<Approval | null>;
  reviews(approval: string): Awaitable<readonly Review[]>;
  /** Pending requests past their time, and approved ones whose grant nobody redeemed in time. */
  overdue(now: number): Awaitable<readonly Approval[]>;
  pendingOf(agentUid: string): Awaitable<number>;
  /** A request with this binding that people rejected, and that would not have expired yet. */
  rejected(binding: string, now: number): Awaitable<Approval | null>;
}

export interface EngineDeps {
  readonly writer: LogWriter;
  readonly reads: ApprovalReads;
  readonly registry: { current(): RegistrySnapshot };
  readonly now: () => number;
}
