// Why a store refuses to open. Each is a state that an operator must look at: none is repaired or retried here.

export type StoreErrorCode =
  /** Another process owns the data folder. */
  | 'in_use'
  /** This SQLite, or what it made of our settings, could lose acknowledged commits. */
  | 'unsafe'
  /** The database was written by a newer Countersign, or is none of ours. */
  | 'foreign_database'
  /** The log has another origin, or the checkpoint key belongs to another log. */
  | 'wrong_origin'
  /** What is stored contradicts itself: only `countersign verify` can say where. */
  | 'damaged'
  /** The database is older than a checkpoint that was signed for it. */
  | 'rolled_back'
  /** The key that wraps the keys to stored values is missing, or another one. */
  | 'payload_key'
  /** The database holds another history than the one that was signed. */
  | 'forked'
  /** The key that signs the log's checkpoints is not here, or cannot sign now. */
  | 'key_unavailable'
  /** What is kept outside the database is gone, or cannot be read, although something was signed. */
  | 'head_missing'
  /** The folder or the database cannot be opened, read or written. */
  | 'unavailable';

export class StoreError extends Error {
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreError';
    this.code = code;
  }
}
