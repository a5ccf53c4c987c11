// The definitions that may be used, by server (DESIGN section 8, "tool pin").
import type { ItemKind } from '../../upstreams/definitions.ts';

export interface PinRecord {
  readonly upstreamUid: string;
  readonly kind: ItemKind;
  readonly name: string;
  /** JSON text, as the server wrote it. */
  readonly definition: string;
  readonly digest: string;
  /** Registry name of the person who accepted it; null where it was taken at sight. */
  readonly acceptedBy: string | null;
  /** Milliseconds since the epoch. */
  readonly acceptedAt: number;
}

export interface PinReader {
  all(): Promise<readonly PinRecord[]>;
}
