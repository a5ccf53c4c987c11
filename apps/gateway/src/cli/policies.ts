// A folder of policies compiled as the gateway would, against what a data folder knows of groups, teams and tools.
import { digestOf } from '@countersign/audit';
import { buildSchema, compile, type Diagnostic } from '@countersign/policy';
import { readPolicyFolder } from '../policies/folder.ts';
import { CommandError } from './exit.ts';
import { readStoredPolicy } from './stored-policy.ts';

export interface PolicyCheck {
  readonly ok: boolean;
  readonly files: number;
  readonly policies: number;
  readonly diagnostics: readonly Diagnostic[];
}

/** Ends the command with 2 where folder or data folder cannot be read. */
export async function checkPolicies(folder: string, dataDir: string): Promise<PolicyCheck> {
  const sources = await readPolicyFolder(folder).catch((error: unknown) => {
    throw new CommandError(2, `the folder \`${folder}\` cannot be read: name a folder of policy files`, {
      cause: error,
    });
  });
  const { input } = await readStoredPolicy(dataDir);
  const schema = buildSchema(input, digestOf);
  const compiled = compile(sources, schema, { sha256Hex: digestOf });
  return {
    ok: compiled.ok,
    files: sources.length,
    policies: compiled.ok ? compiled.set.policies.length : 0,
    diagnostics: compiled.diagnostics,
  };
}
