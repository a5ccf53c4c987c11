// What publishing needs to know of whoever is to hold checkpoints of this log. A target only tries, and says how it went;
// when, how often and what is recorded of it is decided in one place (publisher.ts).
import type { TargetKind } from '../store/readers/publications.ts';

/** A checkpoint that this log signed. */
export interface SignedHead {
  readonly size: number;
  /** As signed by the log alone: without cosignatures. */
  readonly note: string;
}

export type Attempt =
  | {
      readonly result: 'accepted';
      /** The checkpoint that the target holds now: the one given, or a newer one of this log. */
      readonly head: SignedHead;
      /** What it gave in return, as bytes. */
      readonly proof: Uint8Array | null;
      /** Of a witness: its signature line. */
      readonly cosignature: string | null;
    }
  | {
      readonly result: 'conflict' | 'refused' | 'unreachable';
      /** For the operator. */
      readonly error: string;
      /**
       * Set where a checkpoint that this log's own key signed shows that the log is not what it was: it was put back from
       * an older copy, or shows two histories. Never on somebody's word alone.
       */
      readonly contradiction: string | null;
    };

export interface Target {
  /** What it is known by here: a public key, a path, a URL. */
  readonly id: string;
  readonly kind: TargetKind;
  /** As the log's entries name it. */
  readonly name: string;
  /** @param known the size that the target is believed to hold, 0 for none. */
  publish(head: SignedHead, known: number, signal: AbortSignal): Promise<Attempt>;
}

export function failed(
  result: 'conflict' | 'refused' | 'unreachable',
  error: string,
  contradiction: string | null = null,
): Attempt {
  return { result, error, contradiction };
}
