// Which row a key leads to. Pure: rows are ids in the order in which they are shown.

/**
 * The row to move to, or null if the key means nothing here or there is nowhere to go. A row that is no longer shown
 * counts as standing before the first.
 */
export function rowAfterKey(ids: readonly string[], current: string | null, key: string): string | null {
  const at = current === null ? -1 : ids.indexOf(current);
  const last = ids.length - 1;
  switch (key) {
    case 'j':
    case 'ArrowDown':
      return at < last ? (ids[at + 1] ?? null) : null;
    case 'k':
    case 'ArrowUp':
      return at > 0 ? (ids[at - 1] ?? null) : null;
    case 'Home':
      return at === 0 ? null : (ids[0] ?? null);
    case 'End':
      return at === last ? null : (ids[last] ?? null);
    default:
      return null;
  }
}
