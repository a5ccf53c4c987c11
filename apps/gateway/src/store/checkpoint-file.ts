// The last signed checkpoint as a file outside the database (audit-log.md 2.1, "DB restored from backup"). A reader
// sees the old note or the new one, never a torn one, also after a power loss.
import { open, rename } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Replaces the file at `path` with `note`; durable when the promise resolves. */
export async function writeCheckpointFile(path: string, note: string): Promise<void> {
  const temporary = `${path}.new`;
  const file = await open(temporary, 'w', 0o644);
  try {
    await file.writeFile(note);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** The note at `path`, or null when there is none. Throws when it exists and cannot be read. */
export function readCheckpointFile(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
