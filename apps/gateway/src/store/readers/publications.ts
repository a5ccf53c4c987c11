// What others hold of the log: witnesses, anchor files, timestamp authorities, other logs.

export type TargetKind = 'witness' | 'file' | 'timestamp' | 'log';
export type PublicationResult = 'accepted' | 'conflict' | 'refused' | 'unreachable';

/** How one target stands. Times are in milliseconds since the epoch. */
export interface PublicationRecord {
  /** What the target is known by here: a witness's public key, a file's path, a URL. */
  readonly target: string;
  readonly kind: TargetKind;
  /** As the log's entries name it. */
  readonly name: string;
  /** Number of entries in the newest checkpoint that it took; 0: none. */
  readonly size: number;
  /** What it gave for that one: a cosignature line (UTF-8), an RFC 3161 token; null where it gives nothing. */
  readonly proof: Uint8Array | null;
  /** How the last attempt ended. */
  readonly result: PublicationResult;
  readonly acceptedAt: number | null;
  readonly triedAt: number;
  readonly failingSince: number | null;
  /** Attempts that failed since the last that did not. */
  readonly failures: number;
  readonly error: string | null;
}

export interface CosignedRecord {
  readonly size: number;
  /** The note with the cosignatures of witnesses. */
  readonly note: string;
  /** Whether enough witnesses cosigned, by the rule in force when they did. */
  readonly isQuorumMet: boolean;
  /** When the last cosignature was added. */
  readonly time: number;
}

export interface PublicationReader {
  all(): Promise<readonly PublicationRecord[]>;
  /** The newest checkpoint that enough witnesses cosigned; null when there is none. */
  newestCosigned(): Promise<CosignedRecord | null>;
  /** The smallest cosigned checkpoint of at least `size` entries; null when there is none. */
  cosignedFrom(size: number): Promise<CosignedRecord | null>;
  /** Of exactly this size, also when not enough cosigned it yet. */
  cosigned(size: number): Promise<CosignedRecord | null>;
}
