// The paths in the command of a manifest, as they will be used: they must not mean something else where the gateway happens to
// have been started.
import type { Path } from '../config/problems.ts';
import type { ManifestOf } from './schema.ts';

/** Gives the absolute path; notes a problem where there is none. @param path the key that it stands under, below `spec`. */
export type PathResolver = (value: string, path: Path) => string;

type Command = NonNullable<ManifestOf<'MCPServer'>['spec']['stdio']>;

export function resolveCommand(stdio: Command, at: PathResolver): Command {
  const env = Object.entries(stdio.env).map(([name, value]) =>
    typeof value === 'object' && 'file' in value
      ? ([name, { file: at(value.file, ['stdio', 'env', name, 'file']) }] as const)
      : ([name, value] as const),
  );
  return {
    ...stdio,
    // A bare name is looked for on the PATH.
    command: stdio.command.includes('/') ? at(stdio.command, ['stdio', 'command']) : stdio.command,
    cwd: at(stdio.cwd ?? '.', ['stdio', 'cwd']),
    env: Object.fromEntries(env),
  };
}
