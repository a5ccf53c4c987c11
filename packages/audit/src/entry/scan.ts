// Whether a text is exactly what a writer would have written for some header of the schema: by walking along it, field by
// field, so that nothing need be printed again and compared. It answers yes or no, and no with no reason: `parse.ts` has
// the words, and takes three times as long.

import { utf8 } from '../bytes.ts';
import { type Field, id, orNull, DIGEST, UINT } from './fields.ts';
import { ENTRY_KINDS, ENTRY_VERSION, type KindSpec } from './kinds.ts';

/** Where the text goes on behind a field that stands at `at`; -1 where it is not there. */
type Step = (text: Uint8Array, at: number) => number;

const KIND = '"kind":"';
const ID_DIGITS = 32;
const DIGEST_DIGITS = 64;
const MAX_UINT_DIGITS = 16;
const QUOTE = 0x22;
const ZERO = 0x30;
const NULL = utf8('null');
const MISFIT = -1;
/** By byte: 1 for lowercase hex digits. */
const IS_HEX = Uint8Array.from({ length: 256 }, (_, byte) =>
  '0123456789abcdef'.includes(String.fromCharCode(byte)) ? 1 : 0,
);

const STEPS: ReadonlyMap<string, Step> = new Map(
  Object.entries<KindSpec>(ENTRY_KINDS).map(([kind, spec]) => [kind, headerStep(kind, spec)]),
);

/** True only for canonical headers. @param text that of `header`. */
export function isCanonicalHeader(header: Uint8Array, text: string): boolean {
  const start = text.lastIndexOf(KIND) + KIND.length;
  const step = STEPS.get(text.slice(start, text.indexOf('"', start)));
  return step !== undefined && step(header, 0) === header.length;
}

function isAt(text: Uint8Array, at: number, expected: Uint8Array): boolean {
  for (let i = 0; i < expected.length; i += 1) if (text[at + i] !== expected[i]) return false;
  return true;
}

function headerStep(kind: string, spec: KindSpec): Step {
  return object({
    v: word([ENTRY_VERSION]),
    kind: word([kind]),
    index: uint,
    prev: digest,
    time: uint,
    node: field(id('node')),
    call: field(spec.call === 'required' ? id('call') : orNull(id('call'))),
    agent: field(orNull(id('agt'))),
    chain: orNothing(
      object({
        id: field(id('chain')),
        seq: uint,
        prevLog: field(orNull(DIGEST)),
        prevIndex: field(orNull(UINT)),
        prevLeaf: field(orNull(DIGEST)),
      }),
    ),
    body: object(mapped(spec.body, field)),
    commits: object(Object.fromEntries(spec.commits.map((name) => [name, field(orNull(DIGEST))]))),
  });
}

function field(type: Field): Step {
  switch (type.type) {
    case 'nullable':
      return orNothing(field(type.of));
    case 'id':
      return idWith(type.prefixes);
    case 'digest':
      return digest;
    case 'uint':
      return uint;
    case 'enum':
      return word(type.values);
  }
}

function object(members: Readonly<Record<string, Step>>): Step {
  const sorted = Object.entries(members).sort(([a], [b]) => (a < b ? -1 : 1));
  const steps = sorted.map(([, step]) => step);
  const before = sorted.map(([name], at) => utf8(`${at === 0 ? '{' : ','}"${name}":`));
  const end = utf8(sorted.length === 0 ? '{}' : '}');
  return (text, start) => {
    let at = start;
    for (let i = 0; i < steps.length; i += 1) {
      const name = before[i] as Uint8Array;
      if (!isAt(text, at, name)) return MISFIT;
      at = (steps[i] as Step)(text, at + name.length);
      if (at < 0) return MISFIT;
    }
    return isAt(text, at, end) ? at + end.length : MISFIT;
  };
}

function orNothing(step: Step): Step {
  return (text, at) => (text[at] === NULL[0] && isAt(text, at, NULL) ? at + NULL.length : step(text, at));
}

function word(words: readonly string[]): Step {
  const quoted = words.map((one) => utf8(`"${one}"`));
  return (text, at) => {
    for (const one of quoted) if (isAt(text, at, one)) return at + one.length;
    return MISFIT;
  };
}

function idWith(prefixes: readonly string[]): Step {
  const starts = prefixes.map((prefix) => utf8(`"${prefix}_`));
  return (text, at) => {
    for (const start of starts) if (isAt(text, at, start)) return hex(text, at + start.length, ID_DIGITS);
    return MISFIT;
  };
}

function digest(text: Uint8Array, at: number): number {
  return text[at] === QUOTE ? hex(text, at + 1, DIGEST_DIGITS) : MISFIT;
}

/** So many hex digits and a quote. */
function hex(text: Uint8Array, start: number, digits: number): number {
  const end = start + digits;
  if (end >= text.length || text[end] !== QUOTE) return MISFIT;
  for (let at = start; at < end; at += 1) if (IS_HEX[text[at] as number] !== 1) return MISFIT;
  return end + 1;
}

function uint(text: Uint8Array, start: number): number {
  let at = start;
  let value = 0;
  for (; at - start <= MAX_UINT_DIGITS && at < text.length; at += 1) {
    const digit = (text[at] as number) - ZERO;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  const digits = at - start;
  if (digits === 0 || digits > MAX_UINT_DIGITS || (digits > 1 && text[start] === ZERO)) return MISFIT;
  // Just above 2^53 the sum may be rounded, but never down into what is safe.
  return Number.isSafeInteger(value) ? at : MISFIT;
}

function mapped<V, W>(record: Readonly<Record<string, V>>, map: (value: V) => W): Record<string, W> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}
