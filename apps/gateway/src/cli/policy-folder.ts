// A folder of policies as a command takes it: a mistyped path must not pass for a set without policies.
import { resolve } from 'node:path';
import type { PolicySource } from '@countersign/policy';
import { PolicyFolderError, readPolicyFolder } from '../policies/folder.ts';
import { CommandError } from './exit.ts';
import type { Terminal } from './terminal.ts';

export async function readSources(folder: string, { cwd }: Terminal): Promise<readonly PolicySource[]> {
  const sources = await readPolicyFolder(resolve(cwd, folder)).catch((error: unknown) => {
    throw error instanceof PolicyFolderError ? new CommandError(2, error.message, { cause: error }) : error;
  });
  if (sources.length === 0) throw new CommandError(2, `\`${folder}\` has no policy file in it`);
  return sources;
}
