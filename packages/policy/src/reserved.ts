// Names and texts that must never reach Cedar's JSON from outside: its escapes would let a caller or a tool author
// inject an entity or an extension value (DESIGN section 6), and lone surrogates make its parser throw.

const ESCAPES: ReadonlySet<string> = new Set(['__entity', '__extn', '__expr']);

/** Whether a member name is one of Cedar's JSON escapes. */
export function isEscape(name: string): boolean {
  return ESCAPES.has(name);
}

/** Whether a text can be given to Cedar as it is. */
export function isCedarText(text: string): boolean {
  return text.isWellFormed();
}

/** Whether every text in a value can be given to Cedar. */
export function holdsCedarText(value: unknown): boolean {
  if (typeof value === 'string') return isCedarText(value);
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(holdsCedarText);
  for (const name of Object.keys(value)) {
    if (!isCedarText(name) || !holdsCedarText((value as Readonly<Record<string, unknown>>)[name]))
      return false;
  }
  return true;
}

/** Sorts names the same way on every machine: by UTF-16 code units, never by locale. */
export function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
