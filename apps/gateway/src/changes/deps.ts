// What the desk of changes asks of the rest of the gateway.
import type { RegistrySnapshot } from '../registry/types.ts';
import type { Awaitable, LogWriter } from '../store/types.ts';
import type { ChangeReview, ReviewedChange } from './types.ts';

export interface ChangeReads {
  get(id: string): Awaitable<ReviewedChange | null>;
  /** In the order in which they were given. */
  reviews(change: string): Awaitable<readonly ChangeReview[]>;
  /** Pending changes past their time. */
  overdue(now: number): Awaitable<readonly ReviewedChange[]>;
}

export interface ChangeDeps {
  readonly writer: LogWriter;
  readonly reads: ChangeReads;
  readonly registry: { current(): Pick<RegistrySnapshot, 'users' | 'groups'> };
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}
