// A folder of `.cedar` files as policy sources, and a watch that tells when it may have changed.
import { watch } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PolicySource } from '@countersign/policy';

/** All `.cedar` files directly in `folder`, by name. */
export async function readPolicyFolder(folder: string): Promise<PolicySource[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.cedar')).sort();
  return Promise.all(names.map(async (file) => ({ file, text: await readFile(join(folder, file), 'utf8') })));
}

const SETTLE_MS = 150;
/** Some file systems tell nothing, so the folder is also looked at now and then. */
const LOOK_MS = 5000;

/** Calls `changed` when files may have changed, once an editor's burst of events is over. Returns how to stop. */
export function watchFolder(folder: string, changed: () => void): () => void {
  let settling: NodeJS.Timeout | undefined;
  const soon = () => {
    clearTimeout(settling);
    settling = setTimeout(changed, SETTLE_MS);
  };
  const watcher = watch(folder, soon);
  watcher.on('error', soon);
  const look = setInterval(changed, LOOK_MS);
  look.unref();
  return () => {
    watcher.close();
    clearTimeout(settling);
    clearInterval(look);
  };
}
