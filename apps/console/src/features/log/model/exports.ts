// What an export was asked for with, as its entry says it: the chain, which has a page, and the rest in words.

export interface AskedFor {
  readonly chain: string | null;
  /** Null where nothing else was asked for. */
  readonly rest: string | null;
  /** Calls that are not in it, since nobody could tell whether they were asked for. */
  readonly untold: number;
}

/** `query`: JSON text; null where it was erased. What cannot be read is shown as it is. */
export function askedFor(query: string | null): AskedFor {
  if (query === null) return { chain: null, rest: null, untold: 0 };
  const asked = objectIn(query);
  if (asked === null) return { chain: null, rest: query, untold: 0 };
  const { chain, untold, ...rest } = asked;
  const others = Object.entries(rest).filter(
    ([, value]) => value !== null && value !== '' && !isEmpty(value),
  );
  const words = others.map(
    ([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return {
    chain: typeof chain === 'string' ? chain : null,
    rest: words.length === 0 ? null : words.join(', '),
    untold: typeof untold === 'number' ? untold : 0,
  };
}

const isEmpty = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

function objectIn(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : null;
  } catch {
    return null;
  }
}
