// Files of a ceremony: each step may be repeated after a crash, and is durable before the next one begins.
import { closeSync, existsSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Writes a whole file or none. */
export function writeDurably(path: string, text: string, mode: number): void {
  const draft = `${path}.new`;
  writeFileSync(draft, text, { mode });
  sync(draft);
  renameSync(draft, path);
  sync(dirname(path));
}

/** Moves a file where that is still to be done. */
export function moveOnce(from: string, to: string): void {
  if (!existsSync(from) || existsSync(to)) return;
  renameSync(from, to);
  sync(dirname(to));
  sync(dirname(from));
}

function sync(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
