// The strict check of a header object against the closed schema: every member present, none unknown, in
// canonical order, each value of its type. It guards both what is read and what is sealed.

import { DIGEST, describeField, type Field, id, isValueOf, oneOf, orNull, UINT } from './fields.ts';
import { ENTRY_KINDS, ENTRY_VERSION, type KindSpec, shapesOf } from './kinds.ts';

// A check answers with what is wrong, or null. Paths are made with it, since it runs for every field of every entry.
type Check = (value: unknown) => string | null;
/** A check that is still to be told where it is. */
type CheckAt = (path: string) => Check;

const CHAIN: CheckAt = orNullObject(
  object({
    id: field(id('chain')),
    seq: field(UINT),
    prevLog: field(orNull(DIGEST)),
    prevIndex: field(orNull(UINT)),
    prevLeaf: field(orNull(DIGEST)),
  }),
);

const CHECKS: ReadonlyMap<unknown, Check> = new Map(
  Object.entries<KindSpec>(ENTRY_KINDS).map(([kind, spec]) => [
    kind,
    anyOf(
      shapesOf(spec).map((shape) => ({ isMeant: hasNamesOf(shape), check: headerCheck(kind, shape)('') })),
    ),
  ]),
);

/** What keeps `value` from being an entry header, as one sentence, or null when nothing does. */
export function headerProblem(value: unknown): string | null {
  if (!isObject(value)) return 'the header is not an object';
  const kind = value['kind'];
  const check = CHECKS.get(kind);
  if (check === undefined) {
    return typeof kind === 'string'
      ? `the kind \`${kind.slice(0, 64)}\` does not exist`
      : 'the header has no kind';
  }
  return check(value);
}

interface Shape {
  /** Whether the members are those of the shape, whatever their values. */
  readonly isMeant: (value: unknown) => boolean;
  readonly check: Check;
}

/** Where none fits, what is wrong is told by the one that was meant, else by the first. */
function anyOf(shapes: readonly Shape[]): Check {
  return (value) => {
    const problems: string[] = [];
    for (const { check } of shapes) {
      const problem = check(value);
      if (problem === null) return null;
      problems.push(problem);
    }
    const meant = shapes.findIndex(({ isMeant }) => isMeant(value));
    return problems[Math.max(0, meant)] ?? null;
  };
}

function hasNamesOf({ body, commits }: KindSpec): (value: unknown) => boolean {
  const wanted = { body: new Set(Object.keys(body)), commits: new Set(commits) };
  return (value) =>
    isObject(value) && hasNames(value['body'], wanted.body) && hasNames(value['commits'], wanted.commits);
}

function hasNames(value: unknown, names: ReadonlySet<string>): boolean {
  const found = isObject(value) ? Object.keys(value) : [];
  return found.length === names.size && found.every((name) => names.has(name));
}

function headerCheck(kind: string, spec: KindSpec): CheckAt {
  return object({
    v: field(oneOf(ENTRY_VERSION)),
    kind: field(oneOf(kind)),
    index: field(UINT),
    prev: field(DIGEST),
    time: field(UINT),
    node: field(id('node')),
    call: field(spec.call === 'required' ? id('call') : orNull(id('call'))),
    agent: field(orNull(id('agt'))),
    chain: CHAIN,
    body: object(mapValues(spec.body, field)),
    commits: object(Object.fromEntries(spec.commits.map((name) => [name, field(orNull(DIGEST))]))),
  });
}

function field(type: Field): CheckAt {
  return (path) => (value) => (isValueOf(type, value) ? null : `\`${path}\` is not ${describeField(type)}`);
}

function object(members: Readonly<Record<string, CheckAt>>): CheckAt {
  const sorted = Object.entries(members).sort(([a], [b]) => (a < b ? -1 : 1));
  return (path) => {
    const wanted = sorted.map(([name, check]) => ({ name, check: check(join(path, name)) }));
    return (value) => {
      if (!isObject(value)) return `\`${path}\` is not an object`;
      const names = Object.keys(value);
      for (const [at, { name, check }] of wanted.entries()) {
        if (names[at] !== name) return misplaced(value, names, name);
        const problem = check(value[name]);
        if (problem !== null) return problem;
      }
      const extra = names[wanted.length];
      return extra === undefined ? null : unknownMember(extra);
    };

    function misplaced(value: object, names: readonly string[], name: string): string {
      const unknown = names.find((candidate) => !Object.hasOwn(members, candidate));
      if (unknown !== undefined) return unknownMember(unknown);
      return Object.hasOwn(value, name)
        ? `\`${join(path, name)}\` is not in canonical order`
        : `\`${join(path, name)}\` is missing`;
    }

    function unknownMember(name: string): string {
      return `\`${join(path, name.slice(0, 64))}\` is not a member of this kind`;
    }
  };
}

function orNullObject(check: CheckAt): CheckAt {
  return (path) => {
    const inner = check(path);
    return (value) => (value === null ? null : inner(value));
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function mapValues<V, W>(record: Readonly<Record<string, V>>, map: (value: V) => W): Record<string, W> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}
