// The order of lines: types in the order of `LINE_TYPES`, one head, one checkpoint, at most one key manifest and one range,
// entries ascending. Kept by writer and reader alike.

import { type BundleLine, LINE_TYPES, type LineType } from './types.ts';

const RANK = new Map<LineType, number>(LINE_TYPES.map((type, rank) => [type, rank]));
const ONCE: ReadonlySet<LineType> = new Set(['bundle', 'keys', 'checkpoint', 'range', 'end']);

export interface Order {
  /** What is wrong with a line standing here, or null; then it counts as read. */
  readonly problem: (line: BundleLine) => string | null;
  /** Entries and lines so far. */
  readonly entries: () => number;
  readonly lines: () => number;
}

export function createOrder(): Order {
  let before: LineType | null = null;
  let index = -1;
  let entries = 0;
  let lines = 0;
  let hasCheckpoint = false;
  const problemOf = (line: BundleLine): string | null => {
    const { type } = line;
    if (before === null) return type === 'bundle' ? null : 'a bundle begins with its `bundle` line';
    if (type === before && ONCE.has(type)) return `a bundle has one \`${type}\` line`;
    if ((RANK.get(type) ?? 0) < (RANK.get(before) ?? 0))
      return `a \`${type}\` line does not stand after a \`${before}\` line`;
    if (type !== 'keys' && type !== 'checkpoint' && !hasCheckpoint)
      return 'the checkpoint is missing: nothing can be proven without it';
    if (line.type === 'entry' && line.index <= index)
      return `entry ${line.index} comes again or too late: entries ascend`;
    return null;
  };
  return {
    problem: (line) => {
      const problem = problemOf(line);
      if (problem !== null) return problem;
      before = line.type;
      if (line.type === 'checkpoint') hasCheckpoint = true;
      if (line.type === 'entry') {
        ({ index } = line);
        entries += 1;
      }
      lines += 1;
      return null;
    },
    entries: () => entries,
    lines: () => lines,
  };
}
