// Which parts of a message the scanner reports, and which names it guards there. A shape is compiled once per message
// form and used for every body of that form.

/** What is of interest at one place of a message. */
export interface Place {
  /**
   * The names that readers of this object know. A name that is not among them but equals one when case is ignored
   * (U+017F and U+212A included) is refused: CVE-2026-27896 is a reader that took `Method` for `method`.
   */
  readonly known?: readonly string[];
  /** Also compare without underscores: ProtoJSON readers take `task_id` and `taskId` for the same member. */
  readonly ignoreUnderscores?: boolean;
}

/** A compiled shape; made by `compileShape`. */
export interface Shape {
  readonly path: string;
  readonly children: ReadonlyMap<string, Shape>;
  /** For the items of an array. */
  readonly each: Shape | null;
  readonly known: ReadonlySet<string>;
  readonly folded: ReadonlySet<string>;
  readonly fold: (name: string) => string;
}

interface Draft {
  place: Place;
  readonly children: Map<string, Draft>;
}

/**
 * Compiles places by path: '' is the root, 'params._meta' a member of a member, 'result.tools.*' every item of an
 * array. Naming a place makes the scanner report it; the places on the way to it are reported too.
 */
export function compileShape(places: Readonly<Record<string, Place>>): Shape {
  const root: Draft = { place: {}, children: new Map() };
  for (const [path, place] of Object.entries(places)) {
    let at = root;
    for (const step of path === '' ? [] : path.split('.')) {
      const next: Draft = at.children.get(step) ?? { place: {}, children: new Map() };
      at.children.set(step, next);
      at = next;
    }
    at.place = place;
  }
  return finish('', root);
}

function finish(path: string, draft: Draft): Shape {
  const children = new Map<string, Shape>();
  for (const [step, child] of draft.children) children.set(step, finish(joinPath(path, step), child));
  const fold = draft.place.ignoreUnderscores === true ? foldNameAndUnderscores : foldName;
  const known = draft.place.known ?? [];
  return {
    path,
    children,
    each: children.get('*') ?? null,
    known: new Set(known),
    folded: new Set(known.map(fold)),
    fold,
  };
}

export function joinPath(path: string, step: string | number): string {
  return path === '' ? String(step) : `${path}.${step}`;
}

/** Equal for names that some reader ignoring case takes for the same. */
export function foldName(name: string): string {
  // Up, then down: U+017F and U+0131 only fold on the way up, U+212A only on the way down. U+0130 keeps its dot in
  // JavaScript but loses it elsewhere.
  return name.replaceAll('\u0130', 'i').toUpperCase().toLowerCase();
}

function foldNameAndUnderscores(name: string): string {
  return foldName(name).replaceAll('_', '');
}

/** Nothing of interest but the root. */
export const ROOT_ONLY: Shape = compileShape({});
