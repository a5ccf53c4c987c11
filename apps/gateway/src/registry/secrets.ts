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
  const { env, file } = manifest.spec.credential;
  const problem = (member: string, message: string): Problem => {
    const path = ['spec', 'credential', member];
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
