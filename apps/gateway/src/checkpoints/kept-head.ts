// The last signed head of a log, kept outside its database: what shows that a database was put back from a backup or
// that two nodes write one log (DESIGN section 9, audit-log.md 2.1). Any place with a conditional write can keep it.
import { parseCheckpoint } from '@countersign/audit';

/** A signed head, as the note says it. */
export interface Kept {
  /** The log's name. */
  readonly origin: string;
  /** Number of entries. */
  readonly size: number;
  /** The 32-byte Merkle root. */
  readonly root: Uint8Array;
  /** The signed note: what is stored, byte by byte. */
  readonly note: string;
}

export interface KeptHead {
  /** Where it is kept, as an operator finds it. */
  readonly place: string;
  /** What is kept, null when nothing ever was. Rejects with a KeptHeadError when it cannot be read or is no head. */
  read(): Promise<Kept | null>;
  /**
   * Puts `next` in the place of `expected` (null: of nothing), atomically and durably, or does nothing and says
   * `conflict`. Never retried inside. Rejects with a KeptHeadError; then it may or may not have taken effect.
   */
  swap(expected: Kept | null, next: Kept): Promise<'written' | 'conflict'>;
}

export type KeptHeadErrorCode =
  /** What is there is no signed head: torn, cut off or overwritten. */
  | 'unreadable'
  /** It cannot be reached now; trying again later is safe. */
  | 'unavailable'
  /** A write was not made durable: what is there can no longer be trusted by this process. */
  | 'lost';

export class KeptHeadError extends Error {
  readonly code: KeptHeadErrorCode;

  constructor(code: KeptHeadErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'KeptHeadError';
    this.code = code;
  }
}

/** The head that a note states, its signatures not looked at; `place` is for the error. Throws a KeptHeadError. */
export function keptOf(note: string, place: string): Kept {
  const checkpoint = parseCheckpoint(note);
  if (checkpoint.ok) return { ...checkpoint.value, note };
  throw new KeptHeadError(
    'unreadable',
    `\`${place}\` holds no whole checkpoint (${checkpoint.error.message})`,
  );
}
