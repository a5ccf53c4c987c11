// Verifies a log as it lies in a store, also while a gateway appends to it. Trusts no checkpoint that it does not check
// against the entries (DESIGN section 9).
import {
  type AuditOptions,
  type LogReport,
  parseCheckpoint,
  type StoredEntry,
  verifyLog,
} from '@countersign/audit';
import type { LogReader } from '../store/readers/log.ts';

export interface VerifyLogOptions extends AuditOptions {
  /** Checkpoints that the node keeps elsewhere than among its own: beside its database, and with cosignatures. */
  readonly kept?: readonly string[];
}

/** Throws a TypeError when a key is not a verifier key, and what the reader throws. */
export async function verifyStoredLog(
  log: LogReader,
  { kept = [], ...options }: VerifyLogOptions,
): Promise<LogReport> {
  const { origin } = await log.head();
  // Read before any entry: what is signed while we read covers entries that we may not come to see.
  const newest = await log.latestCheckpoint();
  const own = upTo(log.checkpoints(), newest?.size ?? 0);
  return verifyLog(log.entries() satisfies AsyncIterable<StoredEntry>, {
    ...options,
    origin,
    checkpoints: kept.reduce<AsyncIterable<string>>((notes, note) => withKept(notes, note), own),
  });
}

async function* upTo(notes: AsyncIterable<string>, size: number): AsyncGenerator<string, void> {
  for await (const note of notes) {
    if (sizeOf(note) > size) return;
    yield note;
  }
}

/** Puts the kept checkpoint where its size belongs, so that a database put back from a backup is found to be short. */
async function* withKept(notes: AsyncIterable<string>, kept: string): AsyncGenerator<string, void> {
  let waiting: string | null = kept;
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
