// What people keep of the console, for themselves or for everyone.

export interface SavedView {
  /** Who saved it, as the admin plane names them. */
  readonly owner: string;
  readonly name: string;
  /** Path of a page of the console. */
  readonly page: string;
  /** What it searches for, as in an address: empty, or from `?` on. */
  readonly search: string;
  /** Whether everybody sees it, not its owner alone. */
  readonly shared: boolean;
  /** Milliseconds since the epoch. */
  readonly savedAt: number;
}

export interface SavedViewReader {
  /** Their own and what others share, by name. `user`: as the admin plane names who asks. */
  seenBy(user: string): Promise<readonly SavedView[]>;
}
