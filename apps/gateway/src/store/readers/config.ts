// The configuration that the node last started with, to be compared with that of the next start.
import type { Awaitable } from '../types.ts';

export interface ConfigRecord {
  /** SHA-256 over its canonical JSON, 64 lowercase hex digits. */
  readonly digest: string;
  readonly config: string;
}

export interface ConfigReader {
  /** Null before the first start. */
  inForce(): Awaitable<ConfigRecord | null>;
}
