// Which two calls are compared. What is no id was not said.
export interface CompareSearch {
  readonly a?: string;
  readonly b?: string;
}

export function readCompareSearch({ a, b }: Readonly<Record<string, unknown>>): CompareSearch {
  const isId = (value: unknown): value is string => typeof value === 'string' && /^call_\w+$/.test(value);
  return { ...(isId(a) && { a }), ...(isId(b) && { b }) };
}
