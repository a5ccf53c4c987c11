// Takes what went live meanwhile into a draft, file by file: what only one side changed is taken from that side; where both
// did, the draft keeps its own, and says so. Pure.
import type { PolicySource } from '../../../api/types.ts';
import type { Base, Draft } from './draft.ts';

export interface Merged {
  readonly draft: Draft;
  /** Names of files that both changed, each otherwise: the draft has its own text of them. */
  readonly kept: readonly string[];
}

/**
 * @param before the files of the set in force when the draft began
 * @param now those of the set in force now
 */
export function mergedWith(
  draft: Draft,
  before: readonly PolicySource[],
  now: readonly PolicySource[],
  base: Base,
): Merged {
  const old = texts(before);
  const live = texts(now);
  const own = texts(draft.files);
  const kept: string[] = [];
  const files: PolicySource[] = [];
  for (const file of new Set([...own.keys(), ...live.keys()])) {
    const [was, theirs, mine] = [old.get(file), live.get(file), own.get(file)];
    const isKept = mine !== was && theirs !== was && mine !== theirs;
    if (isKept) kept.push(file);
    const text = mine === was ? theirs : mine;
    if (text !== undefined) files.push({ file, text });
  }
  return { draft: { ...draft, base, files }, kept };
}

const texts = (files: readonly PolicySource[]): ReadonlyMap<string, string> =>
  new Map(files.map(({ file, text }) => [file, text]));
