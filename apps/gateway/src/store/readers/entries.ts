// Entries by kind, for whoever looks for what happened besides calls: logins, keys, exports, reads, changes.
import type { EntryHeader, EntryKind } from '@countersign/audit';

export interface FoundEntry {
  readonly header: EntryHeader;
  /** 64 lowercase hex digits. */
  readonly leaf: string;
}

export interface EntryPage {
  /** The newest first. */
  readonly entries: readonly FoundEntry[];
  /** Give it as `before` to go on; null when there is nothing more. */
  readonly next: number | null;
}

export interface EntryReader {
  /** Entries from index `from` up to, not including, `before`. Headers only: nothing that could be erased. */
  page(
    query: { readonly kind?: EntryKind | undefined; readonly from: number },
    options: { readonly limit: number; readonly before: number },
  ): Promise<EntryPage>;
}
