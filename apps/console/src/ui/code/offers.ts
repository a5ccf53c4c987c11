// What could be written next, judged by the text before the cursor. Pure; it offers and never refuses: what is right is the
// gateway's validator's to say.
import { ANNOTATIONS, nextToken, startState } from './cedar-tokens.ts';

/** An attribute of an entity type or a member of a record. */
export interface CodeMember {
  readonly name: string;
  /** As Cedar writes it: `String`, `Set<String>`, `User`; of a record, what `records` knows it by. */
  readonly type: string;
  readonly isOptional?: boolean;
}

/** The names that there are, as the gateway serves them. */
export interface CodeNames {
  /** Attributes of entity types, and members of records, by name of type or record. */
  readonly types: Readonly<Record<string, readonly CodeMember[]>>;
  /** Ids of what exists, by entity type; `Action` among them. */
  readonly ids: Readonly<Record<string, readonly string[]>>;
}

export interface Offer {
  readonly label: string;
  readonly detail?: string;
  /** What is written where it is not the label. */
  readonly apply?: string;
}

export interface Offers {
  /** How much of it stands there already. */
  readonly typed: string;
  readonly offers: readonly Offer[];
  /** Between quotes, where anything may stand. */
  readonly isText?: true;
  /** Nothing else can stand here, so that it is offered unasked. */
  readonly isSure?: true;
}

const KEYWORDS = ['permit', 'forbid', 'when', 'unless', 'if', 'then', 'else', 'in', 'is', 'has', 'like'];
const VALUES = ['true', 'false', 'principal', 'action', 'resource', 'context'];
const FUNCTIONS = ['decimal("")', 'datetime("")', 'duration("")', 'ip("")'];
const METHODS: Readonly<Record<string, readonly string[]>> = {
  __proto__: null as never,
  Set: ['contains()', 'containsAll()', 'containsAny()', 'isEmpty()'],
  Members: ['hasTag("")', 'getTag("")'],
  decimal: ['lessThan()', 'lessThanOrEqual()', 'greaterThan()', 'greaterThanOrEqual()'],
  datetime: ['toTime()', 'toDate()', 'offset()', 'durationSince()'],
};

/** `before` is the text up to the cursor. */
export function offersAt(before: string, names: CodeNames | undefined): Offers | null {
  const line = before.slice(before.lastIndexOf('\n') + 1);
  const inside = insideOf(line);
  if (inside === 'comment') return null;
  const id = /\b([A-Z]\w*)::"([^"\n]*)$/.exec(line);
  if (id !== null) return idOffers(id[1] ?? '', id[2] ?? '', names);
  if (inside === 'text') return null;
  const annotation = /@(\w*)$/.exec(line);
  if (annotation !== null) return annotationOffers(annotation[1] ?? '');
  const path = /(?<![\w.])([A-Za-z_][\w.]*)\.(\w*)$/.exec(line);
  if (path !== null) return memberOffers(path[1] ?? '', path[2] ?? '', before, names);
  const type = /\bis\s+(\w*)$/.exec(line);
  if (type !== null) return { typed: type[1] ?? '', offers: typeOffers(names, ''), isSure: true };
  const word = /\w*$/.exec(line)?.[0] ?? '';
  return /^\d/.test(word) ? null : { typed: word, offers: wordOffers(names) };
}

const ALWAYS: readonly Offer[] = [
  ...KEYWORDS.map((label) => ({ label, detail: 'keyword' })),
  ...VALUES.map((label) => ({ label })),
  ...FUNCTIONS.map((apply) => ({ label: nameOf(apply), detail: 'function', apply })),
];

function wordOffers(names: CodeNames | undefined): readonly Offer[] {
  return [...ALWAYS, ...typeOffers(names, '::"')];
}

function typeOffers(names: CodeNames | undefined, suffix: string): readonly Offer[] {
  const types = new Set([...Object.keys(names?.types ?? {}), ...Object.keys(names?.ids ?? {})]);
  return [...types]
    .filter((name) => /^[A-Z]\w*$/.test(name) && (suffix !== '' || name !== 'Action'))
    .map((label) => ({ label, detail: 'type', ...(suffix === '' ? {} : { apply: `${label}${suffix}` }) }));
}

function annotationOffers(typed: string): Offers {
  const offers = [...ANNOTATIONS].map(([label, detail]) => ({
    label,
    detail,
    apply: `${label}("")`,
  }));
  return { typed, offers, isSure: true };
}

function idOffers(type: string, typed: string, names: CodeNames | undefined): Offers | null {
  const ids = own(names?.ids, type) ?? [];
  return { typed, offers: ids.map((label) => ({ label })), isText: true, isSure: true };
}

function memberOffers(path: string, typed: string, before: string, names: CodeNames | undefined): Offers {
  const types = typesOf(path.split('.'), before, names);
  const members = new Map<string, Offer>();
  for (const type of types) {
    for (const { name, type: detail, isOptional } of own(names?.types, type) ?? [])
      members.set(name, { label: name, detail: isOptional === true ? `${detail}?` : detail });
    const kind = /^\w+/.exec(type)?.[0] ?? '';
    for (const apply of own(METHODS, kind) ?? [])
      members.set(apply, { label: nameOf(apply), detail: 'method', apply });
  }
  return { typed, offers: [...members.values()], isSure: true };
}

/** The types that `path` can have. What a scope says of principal and resource narrows it. */
function typesOf(path: readonly string[], before: string, names: CodeNames | undefined): readonly string[] {
  const [first = '', ...rest] = path;
  let types = rootTypes(first, before);
  for (const name of rest)
    types = types.flatMap((type) =>
      (own(names?.types, type) ?? []).filter((member) => member.name === name).map((member) => member.type),
    );
  return types;
}

function rootTypes(name: string, before: string): readonly string[] {
  if (name === 'context') {
    const [tool] = [...before.matchAll(/Action::"([^"\n]+)"/g)].at(-1)?.slice(1) ?? [];
    return tool === undefined ? ['context'] : ['context', `context of ${tool}`];
  }
  if (name !== 'principal' && name !== 'resource') return [];
  const policy = before.slice(Math.max(before.lastIndexOf('permit'), before.lastIndexOf('forbid'), 0));
  const said = new RegExp(`\\b${name}\\s+is\\s+(\\w+)`).exec(policy)?.[1];
  if (said !== undefined) return [said];
  return name === 'principal' ? ['Agent'] : ['Agent', 'Server', 'Tool', 'Prompt', 'Resource'];
}

function own<T>(table: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return table !== undefined && Object.hasOwn(table, name) ? table[name] : undefined;
}

function nameOf(call: string): string {
  return call.slice(0, call.indexOf('('));
}

/** What the cursor is in: a comment, a text, or neither. */
function insideOf(line: string): 'comment' | 'text' | null {
  const state = startState();
  let isComment = false;
  for (let at = 0; at < line.length; ) {
    const { to, kind } = nextToken(line, at, state);
    isComment = kind === 'comment';
    at = to;
  }
  return isComment ? 'comment' : state.isInString ? 'text' : null;
}
