// Paths of obligations: which values of a call are not stored (`input.ssn`) or not returned (`result.rows[].email`)
// (DESIGN section 6). Strict: a path that is misread would be an obligation that nobody fulfils. Pure.

/** What a path starts from: what the caller sends, or what comes back. */
export type PathRoot = 'input' | 'result';

/** A member by name, every item of an array, or every member of an object. */
export type PathStep =
  | { readonly kind: 'member'; readonly name: string }
  | { readonly kind: 'items' }
  | { readonly kind: 'members' };

export interface ObligationPath {
  readonly root: PathRoot;
  readonly steps: readonly PathStep[];
  /** The one way to write it: two paths are the same when these are. */
  readonly text: string;
}

export type ParsedPaths<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly message: string };

const MAX_STEPS = 32;
const MAX_PATHS = 64;
/** Where a plain name ends; a name with any of these in it is written in brackets. */
const PLAIN = /[^\s.,[\]*"'`\\]+/y;
const QUOTED = /\["(?:[^"\\]|\\.)*"\]/y;

const EXAMPLES: Readonly<Record<PathRoot, string>> = {
  input: '`input.ssn`, `input.items[].card`, `input.people.*.email` or `input["a.b"]`',
  result: '`result.ssn`, `result.rows[].email`, `result.people.*.email` or `result["a.b"]`',
};

/** One path. `result` alone is refused: a call whose result nobody may see is to be forbidden. */
export function parsePath(text: string, root: PathRoot): ParsedPaths<ObligationPath> {
  const read = readPath(text, 0, root);
  if (!read.ok) return read;
  return read.value.end === text.length
    ? { ok: true, value: read.value.path }
    : wrong(text, root, `what comes after \`${text.slice(0, read.value.end)}\` is no step of a path`);
}

/** A list of paths with commas between them, as annotations hold it. */
export function parsePathList(text: string, root: PathRoot): ParsedPaths<readonly ObligationPath[]> {
  const paths = new Map<string, ObligationPath>();
  let at = skipBlank(text, 0);
  for (;;) {
    const read = readPath(text, at, root);
    if (!read.ok) return read;
    paths.set(read.value.path.text, read.value.path);
    at = skipBlank(text, read.value.end);
    if (at === text.length) break;
    if (text[at] !== ',')
      return wrong(text, root, `after \`${text.slice(0, at).trimEnd()}\` a comma is missing`);
    at = skipBlank(text, at + 1);
  }
  if (paths.size > MAX_PATHS)
    return { ok: false, message: `there are more than ${MAX_PATHS} paths; name what holds them` };
  return { ok: true, value: [...paths.values()] };
}

interface Read {
  readonly path: ObligationPath;
  readonly end: number;
}

function readPath(text: string, start: number, root: PathRoot): ParsedPaths<Read> {
  const word = match(PLAIN, text, start) ?? '';
  if (word !== root) {
    const written = word === '' ? 'an empty path' : `\`${word}\``;
    return wrong(text, root, `it begins with ${written} and not with \`${root}\``);
  }
  const steps: PathStep[] = [];
  let at = start + word.length;
  while (at < text.length && text[at] !== ',' && !/\s/.test(text[at] ?? '')) {
    const step = readStep(text, at);
    if (step === null) return wrong(text, root, `\`${text.slice(at, at + 20)}\` is no step of a path`);
    steps.push(step.step);
    at = step.end;
    if (steps.length > MAX_STEPS) return wrong(text, root, `it has more than ${MAX_STEPS} steps`);
  }
  if (steps.length === 0 && root === 'result') {
    return wrong(
      text,
      root,
      '`result` alone would leave nothing of it: forbid the call, or name its members',
    );
  }
  return { ok: true, value: { path: { root, steps, text: root + steps.map(stepText).join('') }, end: at } };
}

function readStep(text: string, at: number): { readonly step: PathStep; readonly end: number } | null {
  if (text.startsWith('[]', at)) return { step: { kind: 'items' }, end: at + 2 };
  if (text.startsWith('.*', at)) return { step: { kind: 'members' }, end: at + 2 };
  if (text[at] === '.') {
    const name = match(PLAIN, text, at + 1);
    return name === null ? null : { step: { kind: 'member', name }, end: at + 1 + name.length };
  }
  const quoted = match(QUOTED, text, at);
  const name = quoted === null ? null : stringIn(quoted.slice(1, -1));
  if (quoted === null || name === null) return null;
  return { step: { kind: 'member', name }, end: at + quoted.length };
}

/** The path as `parsePath` reads it back. */
function stepText(step: PathStep): string {
  switch (step.kind) {
    case 'items':
      return '[]';
    case 'members':
      return '.*';
    case 'member':
      return match(PLAIN, step.name, 0) === step.name ? `.${step.name}` : `[${JSON.stringify(step.name)}]`;
  }
}

function stringIn(json: string): string | null {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}

function match(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}

function skipBlank(text: string, at: number): number {
  let next = at;
  while (/\s/.test(text[next] ?? '')) next += 1;
  return next;
}

function wrong(text: string, root: PathRoot, why: string): { readonly ok: false; readonly message: string } {
  return { ok: false, message: `\`${text}\` is not a list of paths: ${why}; write ${EXAMPLES[root]}` };
}
