// Policy sets as they were activated.

export interface PolicySetRecord {
  readonly digest: string;
  /** As the publisher stored them. */
  readonly sources: string;
  readonly author: string;
  /** Milliseconds since the epoch. */
  readonly activatedAt: number;
  readonly active: boolean;
}

export interface PolicyReader {
  active(): Promise<PolicySetRecord | null>;
  get(digest: string): Promise<PolicySetRecord | null>;
  /** The latest activated first. */
  history(limit: number): Promise<readonly PolicySetRecord[]>;
}
