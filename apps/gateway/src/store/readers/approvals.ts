// What approvals are decided from (DESIGN section 8).
import type { Approval, ApprovalState, Review } from '../../approvals/types.ts';

export interface ApprovalReader {
  get(id: string): Promise<Approval | null>;
  /** The newest first. */
  list(options: { readonly state?: ApprovalState; readonly limit: number }): Promise<readonly Approval[]>;
  /** The request that is pending or approved for this binding: at most one. */
  live(binding: string): Promise<Approval | null>;
  /** Pending requests whose time is over, and grants that nobody redeemed in time. */
  overdue(now: number): Promise<readonly Approval[]>;
  pendingCount(agentUid: string): Promise<number>;
  /** In the order in which they were given. */
  reviews(approval: string): Promise<readonly Review[]>;
}
