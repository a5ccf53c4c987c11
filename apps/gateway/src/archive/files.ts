// Files of an archive: each is on disk, with the name that leads to it, before it counts as written.
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { ArchiveError } from './archive-error.ts';

/** Readable by others of the group at the most: headers name agents, and values are sealed. */
const FILE_MODE = 0o440;
const FOLDER_MODE = 0o750;

export interface FolderWriter {
  /** Replaces what an interrupted attempt left. */
  write(path: string, bytes: Uint8Array): void;
  /** Makes the names of all files durable. */
  finish(): void;
}

export function createFolderWriter(folder: string): FolderWriter {
  const made = new Set<string>();
  function make(path: string): void {
    if (made.has(path)) return;
    if (path !== dirname(path) && !existsSync(path)) make(dirname(path));
    mkdirSync(path, { recursive: true, mode: FOLDER_MODE });
    made.add(path);
  }
  return {
    write(path, bytes) {
      const file = join(folder, path);
      make(dirname(file));
      const draft = `${file}.new`;
      rmSync(draft, { force: true });
      const handle = openSync(draft, 'w', FILE_MODE);
      try {
        for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
        fsyncSync(handle);
      } finally {
        closeSync(handle);
      }
      renameSync(draft, file);
    },
    finish() {
      for (const path of made) syncFolder(path);
    },
  };
}

function syncFolder(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Throws an ArchiveError where it is not there, or has more bytes than it may have. */
export function readArchiveFile(folder: string, path: string, most: number): Buffer {
  try {
    return contentOf(join(folder, path), most);
  } catch (error) {
    throw new ArchiveError(`\`${join(folder, path)}\` cannot be read: the archive is not whole`, {
      cause: error,
    });
  }
}

function contentOf(file: string, most: number): Buffer {
  // SECURITY: whoever can write there could put a pipe in its place, and the gateway would wait for it and do nothing else.
  const handle = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const found = fstatSync(handle);
    if (!found.isFile() || found.size > most) throw new Error(`\`${file}\` is no file of an archive`);
    return readFileSync(handle);
  } finally {
    closeSync(handle);
  }
}
