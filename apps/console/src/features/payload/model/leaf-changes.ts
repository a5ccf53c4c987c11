// What differs between two JSON texts, value by value: for people who know what such a call usually carries.

export interface LeafChange {
  /** Where the value stands, such as `invoice.lines[0].amount`; empty for the text itself. */
  readonly path: string;
  /** As JSON; null where there is none. */
  readonly before: string | null;
  readonly after: string | null;
}

/** Numbers are compared as they were written: what JavaScript would round may be what was changed. Null: not JSON. */
export function leafChanges(before: string, after: string): readonly LeafChange[] | null {
  const [left, right] = [leavesOf(before), leavesOf(after)];
  if (left === null || right === null) return null;
  const paths = new Set([...left.keys(), ...right.keys()]);
  return [...paths]
    .map((path) => ({ path, before: left.get(path) ?? null, after: right.get(path) ?? null }))
    .filter((change) => change.before !== change.after);
}

function leavesOf(text: string): ReadonlyMap<string, string> | null {
  try {
    const value: unknown = JSON.parse(text, keepNumber);
    return new Map(leaves(value, ''));
  } catch {
    return null;
  }
}

class WrittenNumber {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
}

/** The third argument (ECMAScript 2025) has the text of a primitive, where the browser knows it. */
function keepNumber(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === 'number' ? new WrittenNumber(context?.source ?? String(value)) : value;
}

function* leaves(value: unknown, path: string): Generator<readonly [string, string]> {
  if (value instanceof WrittenNumber) {
    yield [path, value.source];
    return;
  }
  if (typeof value !== 'object' || value === null) {
    yield [path, JSON.stringify(value)];
    return;
  }
  const entries = Array.isArray(value)
    ? value.map((item: unknown, index) => [`${path}[${index}]`, item] as const)
    : Object.entries(value).map(([key, item]) => [memberPath(path, key), item] as const);
  if (entries.length === 0) yield [path, Array.isArray(value) ? '[]' : '{}'];
  for (const [place, item] of entries) yield* leaves(item, place);
}

const memberPath = (path: string, key: string): string => {
  if (!/^[A-Za-z_][\w-]*$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
};
