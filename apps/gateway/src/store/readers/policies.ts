// Policy sets as they were activated, and the numbered history of which was in force when.
import type { EntryBody } from '@countersign/audit';

export interface PolicySetRecord {
  readonly digest: string;
  /** As the publisher stored them. */
  readonly sources: string;
  readonly author: string;
  /** Milliseconds since the epoch. */
  readonly activatedAt: number;
  readonly active: boolean;
}

/** One activation. A set that goes live again, or for which the tools changed, has several. */
export interface PolicyVersion {
  /** From 1, without gaps. */
  readonly version: number;
  readonly digest: string;
  /** Digest of the set that was in force before. */
  readonly previous: string | null;
  readonly cause: EntryBody<'policy.activated'>['cause'];
  /** The reviewed change that made it; null where none did. */
  readonly change: string | null;
  readonly author: string;
  readonly message: string;
  /** Who approved it. */
  readonly reviewers: readonly string[];
  /** Against the set before it, as JSON. */
  readonly diff: string;
  /** Tools that were denied from then on because the set no longer fits them, with why, as JSON. */
  readonly broken: string;
  /** Milliseconds since the epoch. */
  readonly activatedAt: number;
}

export interface PolicyReader {
  active(): Promise<PolicySetRecord | null>;
  get(digest: string): Promise<PolicySetRecord | null>;
  /** What the set was typed by when it last went live, as the publisher stored it; null where that is not known. */
  typedBy(digest: string): Promise<Uint8Array | null>;
  /** The latest activated first. */
  history(limit: number): Promise<readonly PolicySetRecord[]>;
  version(version: number): Promise<PolicyVersion | null>;
  /** The latest first. */
  versions(limit: number): Promise<readonly PolicyVersion[]>;
}
