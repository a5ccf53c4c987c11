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

/** A header as far as it is printed here; `commits` is text already. */
export interface Unprinted {
  readonly kind: EntryKind;
  readonly agent: string | null;
  readonly body: object;
  readonly call: string | null;
  readonly chain: ChainRef | null;
  readonly commits: string;
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

/** Null for what does not fit the schema. */
export function printHeader(header: Unprinted): string | null {
  const printers = PRINTERS.get(header.kind);
  const agent = agentOrNull(header.agent);
  const body = printers?.body(header.body) ?? null;
  const call = printers?.call(header.call) ?? null;
  const chain = chainOrNull(header.chain);
  const index = uint(header.index);
  const by = node(header.node);
  const prev = digest(header.prev);
  const time = uint(header.time);
  if (agent === null || body === null || call === null || chain === null) return null;
  if (index === null || by === null || prev === null || time === null) return null;
  return (
    `{"agent":${agent},"body":${body},"call":${call},"chain":${chain},"commits":${header.commits},` +
    `"index":${index},"kind":"${header.kind}","node":${by},"prev":${prev},"time":${time},"v":"${ENTRY_VERSION}"}`
  );
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
