// Whether the commands that manifests name are there. None of them is run.
import { access, constants, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { loadManifestFolder } from '../registry/folder.ts';
import type { Finding } from './doctor.ts';

const WHAT = 'commands';

/** @param folder of manifests; one that cannot be read is another examination's finding. */
export async function examineCommands(
  folder: string | null,
  path = process.env['PATH'] ?? '',
): Promise<readonly Finding[]> {
  const loaded = folder === null ? null : await loadManifestFolder(folder);
  if (loaded === null || !loaded.ok) return [];
  const findings: Finding[] = [];
  let count = 0;
  for (const { manifest } of loaded.value) {
    if (manifest.kind !== 'MCPServer' || manifest.spec.stdio === undefined) continue;
    count += 1;
    const { command, cwd = '' } = manifest.spec.stdio;
    const problem = (await problemOf(command, path)) ?? (await problemOfFolder(cwd));
    if (problem === null) continue;
    const message = `server \`${manifest.metadata.name}\`: ${problem}`;
    findings.push({ what: WHAT, state: 'wrong', message });
  }
  if (count === 0 || findings.length > 0) return findings;
  return [{ what: WHAT, state: 'fine', message: `of ${count} servers are there` }];
}

async function problemOf(command: string, path: string): Promise<string | null> {
  const places = isAbsolute(command)
    ? [command]
    : path.split(delimiter).map((folder) => join(folder, command));
  for (const place of places) if (await isProgram(place)) return null;
  return isAbsolute(command)
    ? `\`${command}\` is no program that can be run: correct \`stdio.command\``
    : `\`${command}\` is not on the PATH: install it, or name its path`;
}

async function problemOfFolder(cwd: string): Promise<string | null> {
  const found = await stat(cwd).catch(() => null);
  return found?.isDirectory() === true ? null : `\`${cwd}\` is no folder: correct \`stdio.cwd\``;
}

async function isProgram(place: string): Promise<boolean> {
  try {
    await access(place, constants.X_OK);
    return (await stat(place)).isFile();
  } catch {
    return false;
  }
}
