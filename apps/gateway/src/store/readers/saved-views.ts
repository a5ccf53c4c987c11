// What people keep for themselves of the console.

export interface SavedView {
  readonly name: string;
  /** Path of a page of the console. */
  readonly page: string;
  /** What it searches for, as in an address: empty, or from `?` on. */
  readonly search: string;
  /** Milliseconds since the epoch. */
  readonly savedAt: number;
}

export interface SavedViewReader {
  /** By name. `user`: as the admin plane names who asks. */
  of(user: string): Promise<readonly SavedView[]>;
}
