// A folder of policy files (`*.cedar`, `*.links.yaml`, `*.meters.yaml`) as policy sources, and a watch that tells when it
// may have changed.
import { watch } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PolicySource } from '@countersign/policy';

/** What of the folder cannot be read, and why. */
export class PolicyFolderError extends Error {
  override readonly name = 'PolicyFolderError';
  /** The file, or `.` for the folder itself. */
  readonly file: string;
  constructor(file: string, message: string) {
    super(message);
    this.file = file;
  }
}

const POLICY_FILE = /\.(?:cedar|links\.yaml|meters\.yaml)$/;

/** All policy files directly in `folder`, by name. Throws a PolicyFolderError: half a set is none. */
export async function readPolicyFolder(folder: string): Promise<PolicySource[]> {
  const entries = await readdir(folder).catch((error: unknown) => {
    const how = 'bring it back, or name another as `policies`';
    throw new PolicyFolderError(
      '.',
      `the policy folder \`${folder}\` cannot be read (${codeOf(error)}): ${how}`,
    );
  });
  const names = entries.filter((name) => POLICY_FILE.test(name)).sort();
  return Promise.all(names.map(async (file) => ({ file, text: await readText(folder, file) })));
}

async function readText(folder: string, file: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      await readFile(join(folder, file)),
    );
  } catch (error) {
    const why = error instanceof TypeError ? 'is not UTF-8 text' : `cannot be read (${codeOf(error)})`;
    throw new PolicyFolderError(file, `\`${file}\` ${why}: correct it, or take it away`);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
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
