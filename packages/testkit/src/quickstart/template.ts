// Fills the addresses of the moment into the manifests of the quickstart: nothing has a fixed port.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Replaces each `{{name}}`. Errors: throws on a name that `values` does not hold, rather than leave a hole. */
export function render(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{\{(\w+)\}\}/g, (_hole, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) throw new Error(`the manifest asks for \`${name}\`, which is not known`);
    return value;
  });
}

/** Reads every file of a folder beside this one and renders it: file name → text. */
export async function renderFolder(
  folder: 'manifests' | 'policies' | 'later',
  values: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const path = fileURLToPath(new URL(`./${folder}/`, import.meta.url));
  const files: Record<string, string> = {};
  for (const name of (await readdir(path)).sort()) {
    files[name] = render(await readFile(join(path, name), 'utf8'), values);
  }
  return files;
}
