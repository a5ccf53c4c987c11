// Which files of two sets differ. Pure.
import type { PolicySource } from '../../../api/types.ts';

export interface FileChange {
  readonly file: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** Empty where it is not there. */
  readonly before: string;
  readonly after: string;
}

export function fileChanges(
  before: readonly PolicySource[],
  after: readonly PolicySource[],
): readonly FileChange[] {
  const [old, now] = [before, after].map((sources) => new Map(sources.map(({ file, text }) => [file, text])));
  const files = [...new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])])].sort();
  return files.flatMap((file): FileChange[] => {
    const [was, is] = [old?.get(file), now?.get(file)];
    if (was === is) return [];
    const change = was === undefined ? 'added' : is === undefined ? 'removed' : 'changed';
    return [{ file, change, before: was ?? '', after: is ?? '' }];
  });
}
