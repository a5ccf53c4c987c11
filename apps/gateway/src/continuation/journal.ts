// What a ceremony is about, written down before it changes anything: one that was interrupted is finished, not begun anew,
// and no gateway starts on a folder that is half one log and half another.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { StoreError } from '../store/store-error.ts';
import { writeDurably } from './files.ts';

const Journal = z.strictObject({
  /** The log so far, and the name under which it goes on. */
  from: z.string().min(1),
  to: z.string().min(1),
  reason: z.string().min(1),
  /** Who does it, as the machine knows them. */
  user: z.string(),
  /** Folder of the log so far, within the data folder. */
  archive: z.string().regex(/^archive\/[a-z0-9._-]+$/),
  /** The newest checkpoint known of it, a signed note; null where none is. */
  known: z.string().nullable(),
  /** Where that is from. */
  knownFrom: z.enum(['kept', 'given', 'database', 'nobody']),
  /** Milliseconds since the epoch. */
  startedAt: z.int(),
});

export type Journal = z.infer<typeof Journal>;

export function journalPath(dataDir: string): string {
  return join(dataDir, 'continuing.json');
}

/** The ceremony that was begun in this folder and is not through, or null. Throws a StoreError. */
export function readJournal(dataDir: string): Journal | null {
  const path = journalPath(dataDir);
  if (!existsSync(path)) return null;
  try {
    return Journal.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new StoreError('damaged', `\`${path}\` cannot be read: move it away, and look at the data folder`, {
      cause: error,
    });
  }
}

export function writeJournal(dataDir: string, journal: Journal): void {
  writeDurably(journalPath(dataDir), `${JSON.stringify(journal)}\n`, 0o600);
}

export function endJournal(dataDir: string): void {
  rmSync(journalPath(dataDir), { force: true });
}
