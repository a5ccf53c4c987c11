// Finds in a policy's text the attributes that the engine says were read, so that a reader sees what mattered.

export interface SourcePart {
  readonly text: string;
  /** The path that was read, or null for everything between. */
  readonly read: string | null;
}

/** Splits `text` at each whole occurrence of one of `paths` (`principal.risk`). Longer paths win over their prefixes. */
export function markReads(text: string, paths: readonly string[]): readonly SourcePart[] {
  const wanted = [...new Set(paths)].filter((path) => path !== '').sort((a, b) => b.length - a.length);
  if (wanted.length === 0) return [{ text, read: null }];
  const pattern = new RegExp(`(?<![\\w.])(?:${wanted.map(escapePattern).join('|')})(?!\\w)`, 'g');
  const parts: SourcePart[] = [];
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > from) parts.push({ text: text.slice(from, match.index), read: null });
    parts.push({ text: match[0], read: match[0] });
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push({ text: text.slice(from), read: null });
  return parts;
}

// SECURITY: paths hold tool argument names, which others choose; none of them may act as a pattern.
const escapePattern = (path: string): string => path.replaceAll(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
