// What is wrong with a file that an operator wrote, in one shape for configuration and manifests: where it stands,
// what was written, and how to fix it. Never shows credentials or key material.

export interface Problem {
  /** File name, or what else the text came from; null where there is no text behind it. */
  readonly source: string | null;
  /** Position of the YAML document in its file, from 1; null for a file that holds only one. */
  readonly document: number | null;
  /** Line in the file, from 1. */
  readonly line: number | null;
  /** Path of the key, such as `dataPlane.port`; empty for the document itself. */
  readonly key: string;
  /** One sentence: the key, the value and the fix. */
  readonly message: string;
}

/** `agents.yaml:12 (document 2): ...`, for a terminal. */
export function describeProblem(problem: Problem): string {
  const line = problem.line === null ? '' : `:${problem.line}`;
  const document = problem.document === null ? '' : ` (document ${problem.document})`;
  return problem.source === null
    ? problem.message
    : `${problem.source}${line}${document}: ${problem.message}`;
}

export function describeProblems(problems: readonly Problem[]): string {
  return problems.map(describeProblem).join('\n');
}

export type Path = readonly (string | number)[];

export function keyOf(path: Path): string {
  return path.reduce<string>(
    (key, part) => (typeof part === 'number' ? `${key}[${part}]` : key === '' ? part : `${key}.${part}`),
    '',
  );
}

/** What stands at a place in it; undefined where nothing does. */
export function valueAt(value: unknown, path: Path): unknown {
  let here = value;
  for (const part of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, part)) return undefined;
    here = (here as Record<string | number, unknown>)[part];
  }
  return here;
}

const LONGEST_VALUE = 120;

/** A value as an error message shows it: short, on one line, without the credentials of a URL. */
export function showValue(value: unknown): string {
  const text =
    typeof value === 'string' || typeof value === 'number'
      ? String(value)
      : (JSON.stringify(value) ?? 'nothing');
  const safe = text
    .replaceAll(/\/\/[^/@\s]*@/g, '//…@')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`)
    .replaceAll('`', "'");
  return safe.length > LONGEST_VALUE ? `${safe.slice(0, LONGEST_VALUE)}…` : safe;
}

/** The candidate that a misspelt name most likely meant, or undefined. */
export function closest(name: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.min(3, Math.ceil(name.length / 2) + 1);
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 3 || a.length > 64) return Number.POSITIVE_INFINITY;
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(substitution, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? Number.POSITIVE_INFINITY;
}
