// What the bytes of a header of each kind look like: which bytes always stand there, and what follows them. Made once from the
// schema, for `scan.ts` to walk along.

import { utf8 } from '../bytes.ts';
import { DIGEST, type Field, id, orNull, UINT } from './fields.ts';
import { ENTRY_KINDS, ENTRY_VERSION, type KindSpec, shapesOf } from './kinds.ts';

export const OBJECT = 0;
export const UINTEGER = 1;
export const WORD = 2;
export const TEXT = 3;
/** No value: only the literal. */
export const NOTHING = 4;

/** Some characters, as the four-byte words that they are read as; of the last word `mask` tells which bytes count. */
export interface Pattern {
  readonly length: number;
  readonly words: Int32Array;
  readonly tail: number;
  readonly mask: number;
}

/** Some bytes that always stand there, and the value that follows them. */
export interface Part {
  readonly literal: Pattern;
  readonly type: typeof OBJECT | typeof UINTEGER | typeof WORD | typeof TEXT | typeof NOTHING;
  readonly isNullable: boolean;
  /** What a text begins with, its quote included, or whole words with their quotes. */
  readonly options: readonly Pattern[];
  readonly words: readonly string[];
  /** Hex digits of a text. */
  readonly digits: number;
  /** Of an object: how many of the next parts are its own. */
  readonly members: number;
}

export interface Layout {
  readonly kind: string;
  readonly parts: readonly Part[];
  readonly body: Members;
  readonly commits: Members;
}

/** WHY an object to begin with: a copy of one that has all members is made at once, one by one costs more than the reading. */
export interface Members {
  readonly names: readonly string[];
  readonly empty: Readonly<Record<string, null>>;
}

/** No kind has more. */
export const MAX_PARTS = 64;
/** What the name of a kind follows, once in each header. */
export const KIND = '"kind":"';
const ID_DIGITS = 32;
const DIGEST_DIGITS = 64;

const EMPTY: Omit<Part, 'literal'> = {
  type: NOTHING,
  isNullable: false,
  options: [],
  words: [],
  digits: 0,
  members: 0,
};

/** The members of a chain link, in canonical order. */
const LINK: Readonly<Record<string, Field>> = {
  id: id('chain'),
  prevIndex: orNull(UINT),
  prevLeaf: orNull(DIGEST),
  prevLog: orNull(DIGEST),
  seq: UINT,
};

function layoutOf(kind: string, spec: KindSpec): Layout {
  const parts: Part[] = [];
  const body = Object.keys(spec.body).sort();
  const commits = [...spec.commits].sort();
  let literal = '';
  const put = (part: Omit<Part, 'literal'>): void => {
    parts.push({ ...part, literal: patternOf(literal) });
    literal = '';
  };
  const members = (names: readonly string[], of: (name: string) => Field): void => {
    literal += '{';
    for (const [at, name] of names.entries()) {
      literal += `${at === 0 ? '' : ','}"${name}":`;
      put(partOf(of(name)));
    }
    literal += '}';
  };
  literal = '{"agent":';
  put(partOf(orNull(id('agt'))));
  literal = ',"body":';
  members(body, (name) => spec.body[name] as Field);
  literal += ',"call":';
  put(partOf(spec.call === 'required' ? id('call') : orNull(id('call'))));
  literal = ',"chain":';
  const link = Object.keys(LINK);
  put({ ...EMPTY, type: OBJECT, isNullable: true, members: link.length + 1 });
  members(link, (name) => LINK[name] as Field);
  put(EMPTY);
  literal = ',"commits":';
  members(commits, () => orNull(DIGEST));
  literal += ',"index":';
  put(partOf(UINT));
  literal = `,${KIND}${kind}","node":`;
  put(partOf(id('node')));
  literal = ',"prev":';
  put(partOf(DIGEST));
  literal = ',"time":';
  put(partOf(UINT));
  literal = `,"v":"${ENTRY_VERSION}"}`;
  put(EMPTY);
  if (parts.length > MAX_PARTS) throw new TypeError(`\`${kind}\` has more than ${MAX_PARTS} fields`);
  return { kind, parts, body: membersOf(body), commits: membersOf(commits) };
}

function membersOf(names: readonly string[]): Members {
  return { names, empty: Object.fromEntries(names.map((name) => [name, null])) };
}

function partOf(field: Field): Omit<Part, 'literal'> {
  switch (field.type) {
    case 'nullable':
      return { ...partOf(field.of), isNullable: true };
    case 'id':
      return {
        ...EMPTY,
        type: TEXT,
        options: field.prefixes.map((prefix) => patternOf(`"${prefix}_`)),
        digits: ID_DIGITS,
      };
    case 'digest':
      return { ...EMPTY, type: TEXT, options: [patternOf('"')], digits: DIGEST_DIGITS };
    case 'uint':
      return { ...EMPTY, type: UINTEGER };
    case 'enum':
      return {
        ...EMPTY,
        type: WORD,
        words: field.values,
        options: field.values.map((word) => patternOf(`"${word}"`)),
      };
  }
}

export function patternOf(text: string): Pattern {
  const bytes = utf8(text);
  const padded = new DataView(new ArrayBuffer(bytes.length + 4));
  for (const [at, byte] of bytes.entries()) padded.setUint8(at, byte);
  const whole = Math.floor(bytes.length / 4);
  return {
    length: bytes.length,
    words: Int32Array.from({ length: whole }, (_, at) => padded.getInt32(4 * at, true)),
    tail: padded.getInt32(4 * whole, true),
    mask: 2 ** (8 * (bytes.length % 4)) - 1,
  };
}

/** By kind, the one that is written first. */
export const LAYOUTS: ReadonlyMap<string, readonly Layout[]> = new Map(
  Object.entries<KindSpec>(ENTRY_KINDS).map(([kind, spec]) => [
    kind,
    shapesOf(spec).map((shape) => layoutOf(kind, shape)),
  ]),
);
