// The canonical text of a header, printed member by member by what the schema says of each kind: checking and printing are
// one pass. It answers with the text, or null with no reason: `check.ts` has the words, and takes longer.

import { isHex } from '../bytes.ts';
import { ID_DIGITS, type IdPrefix } from '../ids.ts';
import { isDigest } from '../sha256.ts';
import { DIGEST, type Field, id, isUint, orNull, UINT } from './fields.ts';
import { ENTRY_KINDS, ENTRY_VERSION, type KindSpec } from './kinds.ts';
import type { ChainRef, EntryKind } from './types.ts';

/** The JSON of a value of one field or object; null where it is no such value. */
type Print = (value: unknown) => string | null;

/** What of a header does not depend on its place, without its commitments. */
export interface Front {
  readonly kind: EntryKind;
  readonly agent: string | null;
  readonly body: object;
  readonly call: string | null;
}

/** What of a header its place says. */
export interface Back {
  readonly chain: ChainRef | null;
  readonly index: number;
  readonly node: string;
  readonly prev: string;
  readonly time: number;
}

interface Printers {
  readonly body: Print;
  readonly call: Print;
}

const digest = field(DIGEST);
const uint = field(UINT);
const agentOrNull = field(orNull(id('agt')));
const node = field(id('node'));
const chainOrNull = orNothing(
  object({
    id: field(id('chain')),
    seq: uint,
    prevLog: field(orNull(DIGEST)),
    prevIndex: field(orNull(UINT)),
    prevLeaf: field(orNull(DIGEST)),
  }),
);

const PRINTERS: ReadonlyMap<string, Printers> = new Map(
  Object.entries<KindSpec>(ENTRY_KINDS).map(([kind, spec]) => [
    kind,
    {
      body: object(Object.fromEntries(Object.entries(spec.body).map(([name, of]) => [name, field(of)]))),
      call: field(spec.call === 'required' ? id('call') : orNull(id('call'))),
    },
  ]),
);

/** The text up to the member `chain`, which it ends with. Null for what does not fit the schema. */
export function printFront({ kind, agent, body, call }: Front): string | null {
  const printers = PRINTERS.get(kind);
  const by = agentOrNull(agent);
  const what = printers?.body(body) ?? null;
  const of = printers?.call(call) ?? null;
  return by === null || what === null || of === null
    ? null
    : `{"agent":${by},"body":${what},"call":${of},"chain":`;
}

/** What stands around the commitments: between what `printFront` said and them, and after them. */
export interface Around {
  readonly before: string;
  readonly after: string;
}

/** The rest of the text but the JSON of the commitments. Null for a place that does not fit the schema. */
export function printBack(kind: EntryKind, back: Back): Around | null {
  const chain = chainOrNull(back.chain);
  const index = uint(back.index);
  const by = node(back.node);
  const prev = digest(back.prev);
  const time = uint(back.time);
  if (chain === null || index === null || by === null || prev === null || time === null) return null;
  return {
    before: `${chain},"commits":`,
    after: `,"index":${index},"kind":"${kind}","node":${by},"prev":${prev},"time":${time},"v":"${ENTRY_VERSION}"}`,
  };
}

function field(type: Field): Print {
  switch (type.type) {
    case 'nullable':
      return orNothing(field(type.of));
    case 'id':
      return idWith(type.prefixes);
    case 'digest':
      return (value) => (isDigest(value) ? `"${value}"` : null);
    case 'uint':
      return (value) => (isUint(value) ? String(value) : null);
    case 'enum': {
      const words = new Map<unknown, string>(type.values.map((word) => [word, `"${word}"`]));
      return (value) => words.get(value) ?? null;
    }
  }
}

function idWith(prefixes: readonly IdPrefix[]): Print {
  const starts = prefixes.map((prefix) => `${prefix}_`);
  return (value) => {
    if (typeof value !== 'string') return null;
    for (const start of starts) {
      if (value.length === start.length + ID_DIGITS && value.startsWith(start) && isHex(value, start.length))
        return `"${value}"`;
    }
    return null;
  };
}

function orNothing(print: Print): Print {
  return (value) => (value === null ? 'null' : print(value));
}

function object(members: Readonly<Record<string, Print>>): Print {
  const sorted = Object.entries(members).sort(([a], [b]) => (a < b ? -1 : 1));
  const names = sorted.map(([name]) => name);
  const prints = sorted.map(([, print]) => print);
  const before = names.map((name, at) => `${at === 0 ? '{' : ','}"${name}":`);
  const end = names.length === 0 ? '{}' : '}';
  return (value) => {
    if (typeof value !== 'object' || value === null || Object.keys(value).length !== names.length)
      return null;
    let text = '';
    for (let i = 0; i < names.length; i += 1) {
      const printed = (prints[i] as Print)((value as Readonly<Record<string, unknown>>)[names[i] as string]);
      if (printed === null) return null;
      text += before[i] as string;
      text += printed;
    }
    return text + end;
  };
}
