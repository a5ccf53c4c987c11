// A copy of the gateway, or of the verifier, with a mistake put in on purpose: a test that does not fail on it would have shown nothing.
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Mistake {
  /** Below the repository's root, in the part that is copied. */
  readonly file: string;
  readonly right: string;
  readonly wrong: string;
}

export interface BrokenBuild {
  /** Where a file of the repository is in this build. */
  path(file: string): string;
  remove(): void;
}

/** What is copied, and what of the rest it needs. */
const PARTS = {
  'apps/gateway': ['node_modules', 'apps/gateway/node_modules', 'packages', 'migrations', 'package.json'],
  'packages/audit': ['node_modules', 'package.json'],
} as const;

/** @throws if the code is no longer as the mistake expects it: then it needs to be made anew. */
export function breakBuild(
  mistakes: readonly Mistake[],
  part: keyof typeof PARTS = 'apps/gateway',
): BrokenBuild {
  const root = mkdtempSync(join(tmpdir(), 'countersign-broken-'));
  cpSync(join(ROOT, part), join(root, part), {
    recursive: true,
    filter: (path) => !path.endsWith('node_modules'),
  });
  for (const name of PARTS[part]) symlinkSync(join(ROOT, name), join(root, name));
  for (const { file, right, wrong } of mistakes) {
    const path = join(root, file);
    const text = readFileSync(path, 'utf8');
    if (text.split(right).length !== 2)
      throw new Error(`\`${file}\` does not have \`${right}\` exactly once`);
    writeFileSync(
      path,
      text.replace(right, () => wrong),
    );
  }
  return { path: (file) => join(root, file), remove: () => rmSync(root, { recursive: true, force: true }) };
}
