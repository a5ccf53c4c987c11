// Whose word makes the gateway run a command. A manifest with `stdio` is code that runs with the gateway's rights, so it is
// taken from the folder of manifests of this machine alone, unless the configuration says otherwise; and looked at again right
// before the command is run, since the registry lies in a database.
import type { Problem } from '../config/problems.ts';
import { canonicalText, find, type Objects } from './objects.ts';
import type { LocatedManifest } from './manifests.ts';

/** `folder`: only what the folder of manifests declares. `api`: also what administrators apply. */
export type CommandSource = 'never' | 'folder' | 'api';

export interface Commands {
  /** What the folder declares, at the start. */
  declare(manifests: readonly LocatedManifest[]): void;
  /** What is wrong with commands that somebody applies. */
  problemsOf(located: LocatedManifest, via: 'folder' | 'api'): readonly Problem[];
  /** Why the registered server of this name must not be run as it is registered; null where it may. */
  refusal(server: string, objects: Objects): string | null;
}

export function createCommands(source: CommandSource): Commands {
  const declared = new Map<string, string>();
  const isDeclared = (server: string, stdio: unknown): boolean =>
    declared.get(server) === canonicalText(stdio);

  return {
    declare(manifests) {
      for (const { manifest } of manifests)
        if (manifest.kind === 'MCPServer' && manifest.spec.stdio !== undefined)
          declared.set(manifest.metadata.name, canonicalText(manifest.spec.stdio));
    },
    problemsOf({ manifest, origin }, via) {
      if (manifest.kind !== 'MCPServer' || manifest.spec.stdio === undefined) return [];
      const { name } = manifest.metadata;
      const isFine =
        source === 'api' ||
        (source === 'folder' && (via === 'folder' || isDeclared(name, manifest.spec.stdio)));
      if (isFine) return [];
      const path = ['spec', 'stdio'];
      const fix =
        source === 'never'
          ? 'this gateway runs no commands; set `stdio.commands` of its configuration'
          : 'this gateway runs only commands that its folder of manifests declares; put it there, or set `stdio.commands: api`';
      const message = `MCPServer \`${name}\`: \`spec.stdio\` names the command \`${manifest.spec.stdio.command}\`, and ${fix}`;
      const { source: file, document } = origin;
      return [{ source: file, document, line: origin.lineOf(path), key: 'spec.stdio', message }];
    },
    refusal(server, objects) {
      const stdio = find(objects, 'MCPServer', server)?.manifest.spec.stdio;
      if (stdio === undefined) return 'it has no command';
      if (source === 'api' || (source === 'folder' && isDeclared(server, stdio))) return null;
      return source === 'never'
        ? 'this gateway runs no commands: see `stdio.commands` of its configuration'
        : 'its command is not the one that the folder of manifests declares: put it there and start the gateway again';
    },
  };
}
