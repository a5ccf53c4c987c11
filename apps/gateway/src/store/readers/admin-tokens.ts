// What the admin plane reads to recognise a bearer token. The token itself is never stored.

export interface AdminToken {
  /** Registry name of the user it belongs to. */
  readonly userName: string;
  readonly roles: readonly string[];
  /** Milliseconds since the epoch, here and below. */
  readonly createdAt: number;
  readonly expiresAt: number | null;
}

export interface AdminTokenReader {
  /** The token with that digest, expired or not; null when there is none. */
  byDigest(digest: string): Promise<AdminToken | null>;
  /** All that were ever issued, with their digests; the newest first. */
  all(): Promise<readonly (AdminToken & { readonly digest: string })[]>;
  /** Whether any token was ever issued: the first start issues the first one. */
  exist(): Promise<boolean>;
}
