// The definitions that may be used, by server (DESIGN section 8, "tool pin").
import type { ItemKind } from '../../upstreams/definitions.ts';

export interface PinRecord {
  readonly upstreamUid: string;
  readonly kind: ItemKind;
  readonly name: string;
  /** The exact text that was accepted. */
  readonly definition: string;
  /** Of its canonical text, so over every member that says what the thing is (upstreams/definitions.ts). */
  readonly digest: string;
  /** Registry name of the person who accepted it; null where it was taken at sight. */
  readonly acceptedBy: string | null;
  /** Milliseconds since the epoch. */
  readonly acceptedAt: number;
}

export interface PinReader {
  all(): Promise<readonly PinRecord[]>;
}
