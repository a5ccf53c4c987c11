// Two values side by side, member by member: which members differ, and how. Pure; says nothing about what they mean.

export interface Pair {
  /** `reads[0].value`: as a person would write it. */
  readonly path: string;
  /** JSON of the value; null where there is none. */
  readonly a: string | null;
  readonly b: string | null;
}

/** Beyond it nobody reads on, and the page would not bear it. */
export const MOST_PAIRS = 2000;

/** Every leaf of either value, in the order of the first, then what only the second has. */
export function pairsOf(a: unknown, b: unknown): readonly Pair[] {
  const [left, right] = [new Map<string, string>(), new Map<string, string>()];
  collect(a, '', left);
  collect(b, '', right);
  return [...new Set([...left.keys(), ...right.keys()])]
    .slice(0, MOST_PAIRS)
    .map((path) => ({ path, a: left.get(path) ?? null, b: right.get(path) ?? null }));
}

export const differs = ({ a, b }: Pair): boolean => a !== b;

const ID = /^"((?:[a-z]{2,8}_[0-9a-f]{32})|[0-9a-f]{64})"$/;

/** The id or digest that the JSON of a value is, and nothing else; null for any other value. */
export const idIn = (value: string): string | null => ID.exec(value)?.[1] ?? null;

const PLAIN = /^[A-Za-z_][\w-]*$/;

function collect(value: unknown, path: string, into: Map<string, string>): void {
  if (into.size >= MOST_PAIRS || value === undefined) return;
  const isList = Array.isArray(value);
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  if (entries.length === 0) {
    into.set(path, JSON.stringify(value));
    return;
  }
  for (const [name, member] of entries) {
    const step = isList
      ? `[${name}]`
      : PLAIN.test(name)
        ? `${path === '' ? '' : '.'}${name}`
        : `[${JSON.stringify(name)}]`;
    collect(member, `${path}${step}`, into);
  }
}

/** What a call carried, read as JSON where it is JSON: text otherwise. */
export function readPayload(text: string | null): unknown {
  if (text === null) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
