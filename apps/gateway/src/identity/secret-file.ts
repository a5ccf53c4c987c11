// Secrets of the gateway itself, one file each under `<data>/keys`: made at the first start, readable by their owner
// only, and refused when anybody else can read them. Never logged, never in an error.
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { link, lstat, mkdir, open, readFile, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ok, type Result } from '../errors.ts';

export interface SecretFile {
  readonly text: string;
  /** Whether it was made just now. */
  readonly isNew: boolean;
}

export function keyFolder(dataDir: string): string {
  return join(dataDir, 'keys');
}

/** Reads the secret at `path`; where there is none, stores what `make` yields. The error says how to fix it. */
export async function openSecretFile(
  path: string,
  make: () => Promise<string>,
): Promise<Result<SecretFile, string>> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const isNew = (await problemOf(path)) === 'absent' && (await create(path, await make()));
    const problem = await problemOf(path);
    if (problem !== null) return { ok: false, error: `the key file \`${path}\` ${problem}` };
    return ok({ text: await readFile(path, 'utf8'), isNew });
  } catch (fault) {
    const code = fault instanceof Error && 'code' in fault ? String(fault.code) : 'unknown error';
    return {
      ok: false,
      error: `the key file \`${path}\` cannot be read or made (${code}): give the gateway access to its folder`,
    };
  }
}

/** 32 random bytes, the same at every start. */
export async function openRandomSecret(dataDir: string, name: string): Promise<Result<Uint8Array, string>> {
  const path = join(keyFolder(dataDir), `${name}.key`);
  const file = await openSecretFile(path, async () => randomBytes(32).toString('base64url'));
  if (!file.ok) return file;
  const bytes = Buffer.from(file.value.text.trim(), 'base64url');
  return bytes.length === 32
    ? ok(new Uint8Array(bytes))
    : { ok: false, error: `the key file \`${path}\` does not hold 32 bytes: put back the original` };
}

async function problemOf(path: string): Promise<string | null> {
  const found = await lstat(path).catch((fault: unknown) => {
    if (fault instanceof Error && 'code' in fault && fault.code === 'ENOENT') return null;
    throw fault;
  });
  if (found === null) return 'absent';
  if (!found.isFile()) return 'is no plain file: put the key itself there';
  if ((found.mode & 0o077) !== 0)
    return `can be read by others: run \`chmod 600 ${path}\`, and consider the key known`;
  return null;
}

// Written under another name and linked into place: a crash leaves no half a key, and of two starts at once one wins.
async function create(path: string, text: string): Promise<boolean> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  const file = await open(draft, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
    await link(draft, path);
    await syncFolder(dirname(path));
    return true;
  } catch (fault) {
    if (fault instanceof Error && 'code' in fault && fault.code === 'EEXIST') return false;
    throw fault;
  } finally {
    await file.close();
    await unlink(draft);
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
