import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromUtf8, utf8 } from '../bytes.ts';
import { headerProblem } from './check.ts';
import { type Field, isValueOf } from './fields.ts';
import { ENTRY_KINDS, ENTRY_VERSION, type KindSpec, shapesOf } from './kinds.ts';
import { isCanonicalHeader, MAX_HEADER_BYTES, scanHeader, scanHeaderText } from './scan.ts';

const hex = (digits: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'.split('')), minLength: digits, maxLength: digits });
const digest = hex(64);
const uint = fc.oneof(
  fc.nat({ max: 9 }),
  fc.maxSafeNat(),
  fc.constantFrom(0, 10, 2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER),
);
const idOf = (...prefixes: readonly string[]): fc.Arbitrary<string> =>
  fc.tuple(fc.constantFrom(...prefixes), hex(32)).map(([prefix, digits]) => `${prefix}_${digits}`);
const orNull = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { nil: null });

function valueOf(field: Field): fc.Arbitrary<unknown> {
  switch (field.type) {
    case 'nullable':
      return orNull(valueOf(field.of));
    case 'id':
      return idOf(...field.prefixes);
    case 'digest':
      return digest;
    case 'uint':
      return uint;
    case 'enum':
      return fc.constantFrom(...field.values);
  }
}

/** Members in canonical order, as the printed text has them. */
function members(values: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<object> {
  const names = Object.keys(values).sort();
  return fc
    .tuple(...names.map((name) => values[name] as fc.Arbitrary<unknown>))
    .map((all) => Object.fromEntries(names.map((name, at) => [name, all[at]])));
}

const HEADER = fc
  .constantFrom(
    ...Object.entries<KindSpec>(ENTRY_KINDS).flatMap(([kind, spec]) =>
      shapesOf(spec).map((shape) => [kind, shape] as const),
    ),
  )
  .chain(([kind, spec]) =>
    members({
      v: fc.constant(ENTRY_VERSION),
      kind: fc.constant(kind),
      index: uint,
      prev: digest,
      time: uint,
      node: idOf('node'),
      call: spec.call === 'required' ? idOf('call') : orNull(idOf('call')),
      agent: orNull(idOf('agt')),
      chain: orNull(
        members({
          id: idOf('chain'),
          seq: uint,
          prevLog: orNull(digest),
          prevIndex: orNull(uint),
          prevLeaf: orNull(digest),
        }),
      ),
      body: members(Object.fromEntries(Object.entries(spec.body).map(([name, of]) => [name, valueOf(of)]))),
      commits: members(Object.fromEntries(spec.commits.map((name) => [name, orNull(digest)]))),
    }),
  )
  .map((header) => JSON.stringify(header));

/** By definition: it parses, fits the schema, and prints as it was read. */
function parsedFully(bytes: Uint8Array): unknown {
  const text = bytes.length > MAX_HEADER_BYTES ? null : fromUtf8(bytes);
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return headerProblem(value) === null && JSON.stringify(value) === text ? value : null;
  } catch {
    return null;
  }
}

/** What each way of scanning says. */
function scanned(bytes: Uint8Array): readonly unknown[] {
  const text = fromUtf8(bytes) ?? '';
  return [scanHeader(bytes, text), scanHeaderText(text), isCanonicalHeader(bytes, text)];
}

function expected(bytes: Uint8Array): readonly unknown[] {
  const value = parsedFully(bytes);
  return [value, value, value !== null];
}

test('a header of any kind is read as what JSON makes of it, and prints as it was read', () => {
  fc.assert(
    fc.property(HEADER, (text) => {
      const header = scanHeader(utf8(text), text);
      expect(header).toEqual(JSON.parse(text));
      expect(JSON.stringify(header)).toBe(text);
      expect(scanned(utf8(text))).toEqual(expected(utf8(text)));
    }),
    { numRuns: 1_000 },
  );
});

test('of a header with bytes changed, put in or left out, the scanner says what the full parser says', () => {
  const byte = fc.oneof(
    fc.nat({ max: 255 }),
    fc.constantFrom(...utf8('{}[]",:0123456789abcdefABCDEFgnulx_-+.e \\n')),
  );
  const change = fc.record({
    at: fc.nat(),
    removed: fc.nat({ max: 3 }),
    put: fc.array(byte, { maxLength: 3 }),
  });
  fc.assert(
    fc.property(HEADER, fc.array(change, { minLength: 1, maxLength: 3 }), (text, changes) => {
      let bytes = [...utf8(text)];
      for (const { at, removed, put } of changes) {
        const place = at % (bytes.length + 1);
        bytes = [...bytes.slice(0, place), ...put, ...bytes.slice(place + removed)];
      }
      const spoilt = Uint8Array.from(bytes);
      expect(scanned(spoilt)).toEqual(expected(spoilt));
    }),
    { numRuns: 4_000 },
  );
});

test('two headers spliced at any place are told from one', () => {
  fc.assert(
    fc.property(HEADER, HEADER, fc.nat(), fc.nat(), (one, other, cut, from) => {
      const bytes = utf8(one.slice(0, cut % one.length) + other.slice(from % other.length));
      expect(scanned(bytes)).toEqual(expected(bytes));
    }),
    { numRuns: 1_000 },
  );
});

test('a shorter header after a longer one is not read with the rest of that', () => {
  fc.assert(
    fc.property(HEADER, fc.nat(), (text, cut) => {
      for (const bytes of [utf8(text), utf8(text.slice(0, cut % text.length))])
        expect(scanned(bytes)).toEqual(expected(bytes));
    }),
    { numRuns: 500 },
  );
});

test('a digest takes the sixteen hex digits and no other byte, wherever it stands', () => {
  const [text = ''] = fc.sample(HEADER, { numRuns: 1, seed: 1 });
  const start = text.indexOf('"prev":"') + 8;
  for (let place = 0; place < 64; place += 1) {
    for (let byte = 0; byte < 256; byte += 1) {
      const bytes = utf8(text);
      bytes[start + place] = byte;
      const isHex = isValueOf({ type: 'digest' }, String.fromCharCode(byte).repeat(64));
      expect([place, byte, isCanonicalHeader(bytes, text)]).toEqual([place, byte, isHex]);
    }
  }
});

test('text of any length that is no header is refused', () => {
  for (const length of [0, 1, 4095, 4096, 4097, 100_000]) {
    for (const char of ['{', '0', '"', '\ud800', 'é']) {
      const text = char.repeat(length);
      expect(scanHeaderText(text)).toBeNull();
      expect(scanHeader(utf8(text), text)).toBeNull();
    }
  }
});
