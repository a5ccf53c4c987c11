// A folder of policies as a command takes it: a mistyped path must not pass for a set without policies.
import { resolve } from 'node:path';
import type { PolicySource } from '@countersign/policy';
import { PolicyFolderError, readPolicyFolder } from '../policies/folder.ts';
import { CommandError } from './exit.ts';
import type { Terminal } from './terminal.ts';

export async function readSources(folder: string, { cwd }: Terminal): Promise<readonly PolicySource[]> {
  const sources = await readPolicyFolder(resolve(cwd, folder)).catch((error: unknown) => {
    if (!(error instanceof PolicyFolderError)) throw error;
    // Its own words on the folder itself are for a gateway that had it once.
    const message =
      error.file === '.'
        ? `\`${folder}\` cannot be read as a folder of policy files: name one that is there`
        : error.message;
    throw new CommandError(2, message, { cause: error });
  });
  if (sources.length === 0)
    throw new CommandError(2, `\`${folder}\` has no policy file (\`*.cedar\`) in it: name another folder`);
  return sources;
}
