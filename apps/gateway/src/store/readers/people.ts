// What is kept of people whom the identity provider named and the registry does not.
import type { Id } from '@countersign/audit';

export interface Person {
  readonly uid: Id<'usr'>;
  readonly issuer: string;
  readonly subject: string;
  /** What reviews and entries call them; unique, and never the name of a registered User. */
  readonly name: string;
  readonly displayName: string;
  /** Empty where the provider vouches for none. */
  readonly email: string;
  /** Names of the registry's groups. */
  readonly groups: readonly string[];
  /** When the provider last said so; milliseconds since the epoch. */
  readonly confirmedAt: number;
}

export interface PeopleReader {
  all(): Promise<readonly Person[]>;
}
