// Writes what a gateway starts from: its configuration, manifests and policies, in one folder.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export type GatewaySetup = {
  /** File name → YAML. */
  readonly manifests: Readonly<Record<string, string>>;
  /** File name → Cedar. */
  readonly policies: Readonly<Record<string, string>>;
  /** Further configuration; free ports and the two folders are set unless it says otherwise. */
  readonly config?: Readonly<Record<string, unknown>>;
};

/** Writes the setup below `folder` and gives back the path of the configuration file. */
export async function writeSetup(folder: string, setup: GatewaySetup): Promise<string> {
  const config = {
    dataPlane: { port: 0 },
    adminPlane: { port: 0 },
    manifests: 'manifests',
    policies: 'policies',
    ...setup.config,
  };
  await writeFiles(join(folder, 'manifests'), setup.manifests);
  await writeFiles(join(folder, 'policies'), setup.policies);
  // JSON is YAML.
  await writeFiles(folder, { 'countersign.yaml': `${JSON.stringify(config, undefined, 2)}\n` });
  return join(folder, 'countersign.yaml');
}

/** One manifest as a YAML document; join several with a newline. */
export function manifest(kind: string, name: string, spec: Readonly<Record<string, unknown>>): string {
  return `---\n${JSON.stringify({ apiVersion: 'countersign.dev/v1alpha1', kind, metadata: { name }, spec })}\n`;
}

/** Writes files: path below `folder` → text. */
export async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
}
