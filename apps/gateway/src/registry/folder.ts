// Reads a folder of manifests: every .yaml, .yml and .json file in it, in order of their paths. All or nothing.
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem } from '../config/problems.ts';
import { ok, type Result } from '../errors.ts';
import { type LocatedManifest, parseManifests } from './manifests.ts';

const MAX_DEPTH = 8;

export async function loadManifestFolder(
  folder: string,
): Promise<Result<readonly LocatedManifest[], readonly Problem[]>> {
  const problems: Problem[] = [];
  const manifests: LocatedManifest[] = [];
  for await (const found of filesIn(folder, 0)) {
    const parsed = found.ok ? await readManifests(found.value) : found;
    if (parsed.ok) manifests.push(...parsed.value);
    else problems.push(...parsed.error);
  }
  return problems.length > 0 ? { ok: false, error: problems } : ok(manifests);
}

// Dot files are skipped, links are followed: a Kubernetes ConfigMap is mounted as links into a hidden folder.
async function* filesIn(folder: string, depth: number): AsyncGenerator<Result<string, readonly Problem[]>> {
  let names: string[];
  try {
    names = (await readdir(folder)).filter((name) => !name.startsWith('.')).sort();
  } catch (fault) {
    yield unreadable(folder, 'folder of manifests', fault);
    return;
  }
  for (const name of names) {
    const path = join(folder, name);
    try {
      const isFolder = (await stat(path)).isDirectory();
      if (isFolder && depth < MAX_DEPTH) yield* filesIn(path, depth + 1);
      else if (isFolder) yield unreadable(path, 'folder of manifests', new Error('nested too deep'));
      else if (/\.(?:ya?ml|json)$/i.test(name)) yield ok(path);
    } catch (fault) {
      yield unreadable(path, 'manifest file', fault);
    }
  }
}

async function readManifests(file: string): Promise<Result<readonly LocatedManifest[], readonly Problem[]>> {
  try {
    return parseManifests(new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file)), file);
  } catch (fault) {
    return unreadable(file, 'manifest file', fault);
  }
}

function unreadable(
  path: string,
  what: string,
  fault: unknown,
): { readonly ok: false; readonly error: readonly Problem[] } {
  const code = fault instanceof Error && 'code' in fault ? String(fault.code) : String(fault);
  const message = `the ${what} cannot be read (${code}): make it readable UTF-8, or name another`;
  return { ok: false, error: [{ source: path, document: null, line: null, key: '', message }] };
}
