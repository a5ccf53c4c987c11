// The kept head as a file. A reader sees the old note or the new one, never a torn one, also after a power loss. The
// compare is only as good as the lock under which its one writer runs (see head-lock.ts).
import { readFileSync } from 'node:fs';
import { type FileHandle, open, readFile, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type KeptHead, KeptHeadError, keptOf } from './kept-head.ts';

export function createHeadFile(path: string): KeptHead {
  return {
    place: path,
    async read() {
      const note = await noteAt(path);
      return note === null ? null : keptOf(note, path);
    },
    async swap(expected, next) {
      if ((await noteAt(path)) !== (expected?.note ?? null)) return 'conflict';
      await replace(path, next.note);
      return 'written';
    },
  };
}

/** The note at `path`, or null when there is none. Throws when it exists and cannot be read. */
export function readHeadFile(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

async function noteAt(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    // WHY the folder: where a disk is not mounted nothing is known, and that is not the same as that nothing is kept.
    if (codeOf(error) === 'ENOENT' && (await isThere(dirname(path)))) return null;
    throw new KeptHeadError('unavailable', `\`${path}\` cannot be read (${codeOf(error)})`, { cause: error });
  }
}

async function replace(path: string, note: string): Promise<void> {
  const temporary = `${path}.new`;
  await using(
    path,
    () => open(temporary, 'w', 0o644),
    (file) => file.writeFile(note),
  );
  await rename(temporary, path).catch((error: unknown) => {
    throw unwritten(path, error);
  });
  await using(
    path,
    () => open(dirname(path), 'r'),
    async () => {},
  );
}

/** Opens, does the work and syncs. */
async function using(
  path: string,
  opening: () => Promise<FileHandle>,
  work: (file: FileHandle) => Promise<void>,
): Promise<void> {
  const file = await opening().catch((error: unknown) => {
    throw unwritten(path, error);
  });
  try {
    await work(file).catch((error: unknown) => {
      throw unwritten(path, error);
    });
    await file.sync().catch((error: unknown) => {
      // WHY never again: after a failed sync the kernel may have dropped the pages and report success the next time.
      throw new KeptHeadError('lost', `\`${path}\` could not be made durable (${codeOf(error)})`, {
        cause: error,
      });
    });
  } finally {
    await file.close();
  }
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function unwritten(path: string, error: unknown): KeptHeadError {
  return new KeptHeadError('unavailable', `\`${path}\` cannot be written (${codeOf(error)})`, {
    cause: error,
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
