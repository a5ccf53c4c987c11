// Finds files of cases and reads them. A file that cannot be read ends the command: less would be tested than it seems.
import { glob, readFile, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { type Diagnostic, type PolicyCase, readCases } from '@countersign/policy';
import { diagnosticLines } from './changes.ts';
import { CommandError } from './exit.ts';
import type { Terminal } from './terminal.ts';

const CASE_FILE = /\.ya?ml$/;
/** Policy files that are YAML, too. */
const POLICY_FILE = /\.(?:links|meters)\.ya?ml$/;

/** @param where a folder, a file, or a pattern of files. */
export async function casesAt(where: string, terminal: Terminal): Promise<readonly PolicyCase[]> {
  const files = (await filesAt(where, terminal)).filter(
    (file) => CASE_FILE.test(file) && !POLICY_FILE.test(file),
  );
  if (files.length === 0)
    throw new CommandError(2, `\`${where}\` has no file of cases (\`*.yaml\`): name one with \`--cases\``);
  const diagnostics: Diagnostic[] = [];
  const cases: PolicyCase[] = [];
  for (const file of files.toSorted()) {
    const name = relative(terminal.cwd, file);
    const read = readCases({ file: name, text: await textOf(file, name) });
    if (read.ok) cases.push(...read.cases);
    else diagnostics.push(...read.diagnostics);
  }
  if (diagnostics.length > 0) throw new CommandError(2, diagnosticLines(diagnostics).join('\n'));
  return cases;
}

async function filesAt(where: string, { cwd }: Terminal): Promise<string[]> {
  const path = resolve(cwd, where);
  const found = await stat(path).catch(() => null);
  if (found?.isFile() === true) return [path];
  const pattern = found?.isDirectory() === true ? join(path, '*') : path;
  const files: string[] = [];
  for await (const file of glob(pattern)) files.push(file);
  return files;
}

async function textOf(file: string, name: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch (error) {
    throw new CommandError(2, `\`${name}\` cannot be read as UTF-8 text`, { cause: error });
  }
}
