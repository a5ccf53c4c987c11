// Changes that people have to agree to, and what they said (DESIGN section 6).
import type { ChangeOf, ChangeReview, ChangeState, ReviewedChange } from '../../changes/types.ts';

export interface ChangeReader {
  get(id: string): Promise<ReviewedChange | null>;
  /** The newest first. */
  list(options: {
    readonly state?: ChangeState;
    readonly of?: ChangeOf;
    readonly limit: number;
  }): Promise<readonly ReviewedChange[]>;
  /** Pending changes whose time is over. */
  overdue(now: number): Promise<readonly ReviewedChange[]>;
  /** In the order in which they were given. */
  reviews(change: string): Promise<readonly ChangeReview[]>;
}
