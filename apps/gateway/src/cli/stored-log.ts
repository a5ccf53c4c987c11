// Verifies a log as it lies in a store, also while a gateway appends to it. Trusts no checkpoint that it does not check
// against the entries (DESIGN section 9).
import {
  type KeyManifest,
  type LogReport,
  parseCheckpoint,
  type StoredEntry,
  verifyLog,
} from '@countersign/audit';
import type { LogReader } from '../store/readers/log.ts';

export interface VerifyLogOptions {
  readonly vkeys: readonly string[];
  readonly keysFrom: 'outside' | 'store';
  /** Which keys speak at which sizes, null where nobody says. */
  readonly keyManifest?: KeyManifest | null;
  /** The checkpoint that the node keeps beside its database, null when there is none. */
  readonly kept?: string | null;
  /** Checkpoints that somebody held elsewhere. */
  readonly external?: readonly string[];
  readonly onProgress?: (entries: number) => void;
}

/** Throws a TypeError when a key is not a verifier key, and what the reader throws. */
export async function verifyStoredLog(log: LogReader, options: VerifyLogOptions): Promise<LogReport> {
  const { onProgress } = options;
  const { origin } = await log.head();
  // Read before any entry: what is signed while we read covers entries that we may not come to see.
  const newest = await log.latestCheckpoint();
  return verifyLog(log.entries() satisfies AsyncIterable<StoredEntry>, {
    origin,
    vkeys: options.vkeys,
    keysFrom: options.keysFrom,
    keyManifest: options.keyManifest ?? undefined,
    checkpoints: withKept(upTo(log.checkpoints(), newest?.size ?? 0), options.kept ?? null),
    external: options.external ?? [],
    ...(onProgress === undefined ? {} : { onProgress: ({ entries }) => onProgress(entries) }),
  });
}

async function* upTo(notes: AsyncIterable<string>, size: number): AsyncGenerator<string, void> {
  for await (const note of notes) {
    if (sizeOf(note) > size) return;
    yield note;
  }
}

/** Puts the kept checkpoint where its size belongs, so that a database put back from a backup is found to be short. */
async function* withKept(notes: AsyncIterable<string>, kept: string | null): AsyncGenerator<string, void> {
  let waiting = kept;
  for await (const note of notes) {
    if (waiting !== null && sizeOf(waiting) < sizeOf(note)) {
      yield waiting;
      waiting = null;
    }
    yield note;
  }
  if (waiting !== null) yield waiting;
}

// What cannot be read sorts first: the verifier then says so.
function sizeOf(note: string): number {
  const parsed = parseCheckpoint(note);
  return parsed.ok ? parsed.value.size : -1;
}
