// The closed shapes of bundle lines, as data and as one strict check: every member present, none unknown, in canonical
// order, each of its type and within its bounds.

import { fromBase64, isHex } from '../bytes.ts';
import { isId } from '../ids.ts';
import { isDigest } from '../sha256.ts';
import { BUNDLE_VERSION, type LineType } from './types.ts';

// A check answers with what is wrong, or null.
type Check = (value: unknown, path: string) => string | null;

const MAX_NAMES = 64;
const MAX_NAME = 128;
/** A tree of 2^53 leaves is 53 high. */
const MAX_HASHES = 64;

const SHAPES: Readonly<Record<LineType, Check>> = {
  bundle: line('bundle', {
    v: exactly(BUNDLE_VERSION),
    algebra: text(MAX_NAME),
    disclosed: list(text(MAX_NAME), MAX_NAMES),
    engine: text(MAX_NAME),
    export: orNull(idOf('exp')),
    generator: text(MAX_NAME),
    made: uint,
    origin: text(1024),
    selection: object({
      agent: orNull(text(1024)),
      call: orNull(idOf('call')),
      chain: orNull(idOf('chain')),
      from: orNull(uint),
      outcome: orNull(text(MAX_NAME)),
      policy: orNull(text(1024)),
      to: orNull(uint),
    }),
  }),
  keys: line('keys', { note: text() }),
  checkpoint: line('checkpoint', { note: text() }),
  consistency: line('consistency', { from: uint, hashes: list(digest, MAX_HASHES) }),
  anchor: line('anchor', {
    name: text(1024),
    note: text(),
    proof: orNull(base64),
    to: exactly('witness', 'file', 'timestamp', 'log'),
  }),
  policySet: line('policySet', {
    digest,
    entry: orNull(uint),
    salt: orNull(salt),
    sources: text(),
  }),
  schema: line('schema', { digest, input: text() }),
  range: line('range', {
    after: list(digest, 2 * MAX_HASHES),
    before: list(digest, MAX_HASHES),
    from: uint,
    to: uint,
  }),
  entry: line('entry', {
    details: list(
      object({ base64: orNull(base64), name: text(MAX_NAME), salt, text: orNull(text()) }),
      MAX_NAMES,
    ),
    erased: list(text(MAX_NAME), MAX_NAMES),
    header: text(4096),
    index: uint,
    leaf: digest,
    proof: orNull(list(digest, MAX_HASHES)),
    selected: boolean,
    withheld: list(text(MAX_NAME), MAX_NAMES),
  }),
  receipt: line('receipt', { note: text(65_536) }),
  end: line('end', { digest, entries: uint, lines: uint }),
};

/** What keeps `value` from being a line of a bundle, as one sentence, or null when nothing does. */
export function lineProblem(value: unknown): string | null {
  if (!isObject(value)) return 'it is not an object';
  const type = value['type'];
  if (typeof type !== 'string' || !Object.hasOwn(SHAPES, type)) {
    return typeof type === 'string' ? `the type \`${type.slice(0, 64)}\` does not exist` : 'it has no type';
  }
  return SHAPES[type as LineType](value, '');
}

function line(type: string, members: Readonly<Record<string, Check>>): Check {
  return object({ ...members, type: exactly(type) });
}

function object(members: Readonly<Record<string, Check>>): Check {
  const wanted = Object.entries(members).sort(([a], [b]) => (a < b ? -1 : 1));
  return (value, path) => {
    if (!isObject(value)) return `\`${path}\` is not an object`;
    const names = Object.keys(value);
    for (const [at, [name, check]] of wanted.entries()) {
      if (names[at] !== name) {
        return Object.hasOwn(value, name)
          ? `\`${join(path, name)}\` is not in canonical order, or something unknown stands before it`
          : `\`${join(path, name)}\` is missing`;
      }
      const problem = check(value[name], join(path, name));
      if (problem !== null) return problem;
    }
    const extra = names[wanted.length];
    return extra === undefined ? null : `\`${join(path, extra.slice(0, 64))}\` is no member of it`;
  };
}

function list(check: Check, most: number): Check {
  return (value, path) => {
    if (!Array.isArray(value)) return `\`${path}\` is not a list`;
    if (value.length > most) return `\`${path}\` has more than ${most} members`;
    for (const [at, item] of value.entries()) {
      const problem = check(item, `${path}[${at}]`);
      if (problem !== null) return problem;
    }
    return null;
  };
}

/** @param most UTF-16 units; the length of a line bounds the rest. */
function text(most = Number.MAX_SAFE_INTEGER): Check {
  return (value, path) =>
    typeof value === 'string' && value.length <= most && value.isWellFormed()
      ? null
      : `\`${path}\` is not a text${most === Number.MAX_SAFE_INTEGER ? '' : ` of at most ${most} characters`}`;
}

function exactly(...words: readonly string[]): Check {
  return (value, path) =>
    typeof value === 'string' && words.includes(value)
      ? null
      : `\`${path}\` is not ${words.map((word) => `\`${word}\``).join(' or ')}`;
}

function orNull(check: Check): Check {
  return (value, path) => (value === null ? null : check(value, path));
}

function idOf(prefix: 'exp' | 'call' | 'chain'): Check {
  return (value, path) => (isId(value, prefix) ? null : `\`${path}\` is not an id of that kind`);
}

function uint(value: unknown, path: string): string | null {
  const isOne = Number.isSafeInteger(value) && (value as number) >= 0 && !Object.is(value, -0);
  return isOne ? null : `\`${path}\` is not a whole number`;
}

function boolean(value: unknown, path: string): string | null {
  return typeof value === 'boolean' ? null : `\`${path}\` is not true or false`;
}

function digest(value: unknown, path: string): string | null {
  return isDigest(value) ? null : `\`${path}\` is not 64 lowercase hex digits`;
}

function salt(value: unknown, path: string): string | null {
  const isOne = typeof value === 'string' && value.length === 64 && isHex(value);
  return isOne ? null : `\`${path}\` is not 64 lowercase hex digits`;
}

function base64(value: unknown, path: string): string | null {
  return typeof value === 'string' && fromBase64(value) !== null ? null : `\`${path}\` is not base64`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
