// Texts with wildcards in them: what Cedar's `like` compares with, and what the expansions of a uri template come to. No
// regular expressions: a server writes templates, and none of its texts may cost more than its length.

/** The texts between the wildcards, in order; one alone is a text without a wildcard. A wildcard is any text, or none. */
export type Glob = readonly [first: string, ...others: string[]];

/** Stands for a wildcard where a glob is taken apart into its characters; no character is empty. */
export const ANY = '';

/** The characters (code points) of a glob, and `ANY`; never two of these side by side. */
export function tokensOf([first, ...others]: Glob): string[] {
  const tokens = Array.from(first);
  for (const text of others) {
    if (tokens.at(-1) !== ANY) tokens.push(ANY);
    for (const character of text) tokens.push(character);
  }
  return tokens;
}

/** Joins what stands before and after each wildcard. */
export function globOf(tokens: Iterable<string>): Glob {
  const glob: [string, ...string[]] = [''];
  for (const token of tokens) {
    if (token === ANY) glob.push('');
    else glob[glob.length - 1] += token;
  }
  return glob;
}

/** Whether a text is one of those that a glob stands for. */
export function matches(glob: Glob, text: string): boolean {
  const [first, ...others] = glob;
  const last = others.pop();
  if (last === undefined) return text === first;
  const end = text.length - last.length;
  if (end < first.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const part of others) {
    const found = text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return at <= end;
}

/** False only if no text is of both: looks at both ends, and at all of a text without a wildcard. */
export function mayMeet(one: Glob, other: Glob): boolean {
  if (one.length === 1) return matches(other, one[0]);
  if (other.length === 1) return matches(one, other[0]);
  const [head, tail] = [one[0], one.at(-1) ?? ''];
  const [otherHead, otherTail] = [other[0], other.at(-1) ?? ''];
  return (
    (head.startsWith(otherHead) || otherHead.startsWith(head)) &&
    (tail.endsWith(otherTail) || otherTail.endsWith(tail))
  );
}
