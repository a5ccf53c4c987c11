// Writes a value that a policy read the way Cedar writes it, so that it can be compared with the policy's text.

/** `value` is the JSON form that Cedar takes values in; entities and extension values are objects with one key. */
export function cedarText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(cedarText).join(', ')}]`;
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return String(value);
  const entity = member(value, '__entity') ?? value;
  const type = member(entity, 'type');
  const id = member(entity, 'id');
  if (typeof type === 'string' && typeof id === 'string' && Object.keys(entity).length === 2) {
    return `${type}::${JSON.stringify(id)}`;
  }
  const extension = member(value, '__extn');
  const call = member(extension, 'fn');
  if (typeof call === 'string') return `${call}(${cedarText(member(extension, 'arg'))})`;
  const members = Object.entries(value).map(([key, each]) => `${JSON.stringify(key)}: ${cedarText(each)}`);
  return `{${members.join(', ')}}`;
}

function member(value: unknown, key: string): object | string | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  const found: unknown = (value as Readonly<Record<string, unknown>>)[key];
  return (typeof found === 'object' && found !== null) || typeof found === 'string' ? found : undefined;
}
