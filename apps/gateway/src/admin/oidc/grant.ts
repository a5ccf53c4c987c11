// What a sign-in by the provider is good for, and what it takes to ask the provider again. Lives in a session's memory
// only: none of it reaches a browser, a disk or the log.
import type { Id } from '@countersign/audit';
import type { AdminRole } from '../role-names.ts';
import type { ProviderPerson } from './claims.ts';

export interface OidcGrant {
  /** As the provider named them at the sign-in, or when it was last asked. */
  readonly person: ProviderPerson;
  /** The user that they were then: somebody else by now is another person. */
  readonly uid: Id<'usr'>;
  readonly user: string;
  readonly roles: readonly AdminRole[];
  /** Of the session at the provider; null where it names none. */
  readonly session: string | null;
  /** Null where the provider gave none: then the session is a short one. */
  refreshToken: string | null;
  /** When the provider last said that all of this holds; milliseconds since the epoch, here and below. */
  checkedAt: number;
  /** Not asked again before, after it could not be reached. */
  askAgainAt: number;
  /** An answer that is under way; all who wait for it wait for the same. */
  pending: Promise<boolean> | null;
  /** Why it is over; null while it holds. */
  ended: string | null;
}

/** Whether it held until now: of all who end it at once, one records that. */
export function endGrant(grant: OidcGrant, why: string): boolean {
  if (grant.ended !== null) return false;
  grant.ended = why;
  return true;
}
