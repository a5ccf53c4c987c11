// Finds in a policy's text the attributes that the engine says were read, so that a reader sees what mattered.
import type { Range } from '../../../ui/code/places.ts';

/** Where in `text` each whole occurrence of one of `paths` (`principal.risk`) stands. Longer paths win over their prefixes. */
export function readRanges(text: string, paths: readonly string[]): readonly Range[] {
  const wanted = [...new Set(paths)].filter((path) => path !== '').sort((a, b) => b.length - a.length);
  if (wanted.length === 0) return [];
  const pattern = new RegExp(`(?<![\\w.])(?:${wanted.map(escapePattern).join('|')})(?!\\w)`, 'g');
  return [...text.matchAll(pattern)].map(({ index, 0: { length } }) => ({ from: index, to: index + length }));
}

// SECURITY: paths hold tool argument names, which others choose; none of them may act as a pattern.
const escapePattern = (path: string): string => path.replaceAll(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
