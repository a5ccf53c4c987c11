// A candidate: the policies of the world with some of their text replaced, in a folder of its own, and what the command
// line says of it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFiles } from '@countersign/testkit';

export interface Candidate {
  readonly folder: string;
  remove(): Promise<void>;
}

/** @param replacements text that must be there, and what stands there instead. */
export async function candidateOf(
  text: string,
  ...replacements: readonly (readonly [text: string, by: string])[]
): Promise<Candidate> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-candidate-'));
  const changed = replacements.reduce((before, [found, by]) => {
    if (!before.includes(found)) throw new Error(`the policies do not say \`${found}\``);
    return before.replace(found, by);
  }, text);
  await writeFiles(folder, { 'world.cedar': changed });
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
