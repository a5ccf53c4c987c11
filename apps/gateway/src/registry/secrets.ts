// Whether the secrets that manifests name are there. The registry never reads one: `upstreams` does, when it sends.
import { accessSync, constants } from 'node:fs';
import { keyOf, type Problem } from '../config/problems.ts';
import type { Origin } from './manifests.ts';
import type { Manifest } from './schema.ts';

export interface Secrets {
  hasEnv(name: string): boolean;
  hasFile(path: string): boolean;
}

export const processSecrets: Secrets = {
  hasEnv: (name) => (process.env[name] ?? '') !== '',
  hasFile: (path) => {
    try {
      accessSync(path, constants.R_OK);
      return true;
    } catch {
      return false;
    }
  },
};

/** An upstream whose credential is missing would be half-configured: it would serve, and fail every call. */
export function problemsOfSecrets(
  manifest: Manifest,
  origin: Origin | undefined,
  secrets: Secrets,
): readonly Problem[] {
  if (manifest.kind !== 'MCPServer' && manifest.kind !== 'A2AAgent') return [];
  const stdio = manifest.kind === 'MCPServer' ? manifest.spec.stdio : undefined;
  const named: readonly Named[] = [
    [['spec', 'credential'], manifest.spec.credential],
    ...Object.entries(stdio?.env ?? {}).flatMap(([name, value]): Named[] =>
      typeof value === 'string' ? [] : [[['spec', 'stdio', 'env', name], value]],
    ),
  ];
  return named.flatMap(([at, value]) => problemsAt(manifest, origin, secrets, at, value));
}

/** Where it is said, and the variable or the file that it names. */
type Named = readonly [
  at: readonly string[],
  source: { readonly env?: string | undefined; readonly file?: string | undefined },
];

function problemsAt(
  manifest: Manifest,
  origin: Origin | undefined,
  secrets: Secrets,
  at: readonly string[],
  { env, file }: Named[1],
): readonly Problem[] {
  const problem = (member: string, message: string): Problem => {
    const path = [...at, member];
    return {
      source: origin?.source ?? null,
      document: origin?.document ?? null,
      line: origin?.lineOf(path) ?? null,
      key: keyOf(path),
      message: `${manifest.kind} \`${manifest.metadata.name}\`: \`${keyOf(path)}\` is ${message}`,
    };
  };
  if (env !== undefined && !secrets.hasEnv(env)) {
    return [
      problem('env', `\`${env}\`, and the gateway has no such environment variable: set it before the start`),
    ];
  }
  if (file !== undefined && !secrets.hasFile(file)) {
    return [
      problem('file', `\`${file}\`, and the gateway cannot read it: create it, readable by the gateway only`),
    ];
  }
  return [];
}
