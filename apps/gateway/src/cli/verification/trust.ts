// What the auditor brings: a trust policy, checkpoints that they hold, keys. None of it may come from what is verified.
import { existsSync, realpathSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import { parseTrust, type Trust } from '@countersign/audit';
import { CommandError } from '../exit.ts';
import type { Terminal } from '../terminal.ts';

/** @param subject path of what is verified. Ends the command with 2 for a policy that lies within it. */
export async function readTrust(file: string, subject: string, { cwd }: Terminal): Promise<Trust> {
  const path = resolve(cwd, file);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new CommandError(2, `\`--trust\` is \`${file}\`, which cannot be read: name a trust policy file`, {
      cause: error,
    });
  });
  if (liesWithin(path, subject)) {
    throw new CommandError(
      2,
      `\`--trust\` is \`${file}\`, which lies with what is to be verified: whoever made that made it, too; get a policy from elsewhere`,
    );
  }
  const trust = await parseTrust(text);
  if (!trust.ok) throw new CommandError(2, `\`${file}\`: ${trust.error.message}`);
  return trust.value;
}

/** Whether a file is a folder's own, or the very file, or beside a database: links are followed. */
function liesWithin(path: string, subject: string): boolean {
  if (!existsSync(subject)) return false;
  const [file, what] = [realpathSync(path), realpathSync(subject)];
  if (file === what) return true;
  const isFolder = statSync(what).isDirectory();
  const folder = isFolder || what.endsWith('.db') ? (isFolder ? what : dirname(what)) : null;
  return folder !== null && file.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);
}

export async function readGiven(file: string, { cwd }: Terminal): Promise<string> {
  try {
    return await readFile(resolve(cwd, file), 'utf8');
  } catch (error) {
    throw new CommandError(2, `\`${file}\` cannot be read: name a file that holds a checkpoint`, {
      cause: error,
    });
  }
}

const VKEY = /^[^+\s]+\+[0-9a-f]{8}\+/;

/** `name+hash+key` has two plus signs at least; anything else is the name of a file that holds it. */
export async function keyText(key: string, { cwd }: Terminal): Promise<string> {
  if (VKEY.test(key)) return key;
  const text = await readFile(resolve(cwd, key), 'utf8').catch(() => null);
  if (text === null || !VKEY.test(text.trim()))
    throw new CommandError(2, `\`--key\` is \`${key}\`: give a verifier key, or a file that holds one`);
  return text.trim();
}
