/** A word that an address says; undefined where it says none. The router reads `?find=7` as a number, and `?find=true` as true. */
export function wordIn(value: unknown): string | undefined {
  const word = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
  return typeof word === 'string' && word.trim() !== '' ? word : undefined;
}
