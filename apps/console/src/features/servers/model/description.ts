// What a definition says of itself in words: the text that a model goes by, and that a poisoned one hides its orders in.

/** `definition`: JSON. Null where it says nothing. */
export function descriptionIn(definition: string): string | null {
  const value: unknown = JSON.parse(definition);
  if (typeof value === 'string') return value === '' ? null : value;
  if (typeof value !== 'object' || value === null || !('description' in value)) return null;
  const { description } = value;
  return typeof description === 'string' && description !== '' ? description : null;
}
