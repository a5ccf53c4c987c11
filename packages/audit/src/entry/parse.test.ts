import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { utf8 } from '../bytes.ts';
import { newId } from '../ids.ts';
import { logVectors } from '../testing/vectors.ts';
import { headerProblem } from './check.ts';
import { type Field, isValueOf } from './fields.ts';
import { ENTRY_KINDS, type KindSpec } from './kinds.ts';
import { MAX_HEADER_BYTES, parseEntry } from './parse.ts';
import { isCanonicalHeader } from './scan.ts';

const HEADERS = logVectors.entries.map(({ header }) => header);
const COMPLETED = HEADERS[8] ?? '';

test('reads entries as they were before members of their kind came later, and says nothing of those', () => {
  const before = logVectors.entries.filter(({ isEarlier }) => isEarlier);
  expect(before.map(({ draft }) => draft.kind)).toEqual(['call.completed', 'approval.closed']);
  for (const { draft, header } of before) {
    const read = parseEntry(utf8(header));
    const { later }: KindSpec = ENTRY_KINDS[draft.kind];
    expect(read).toMatchObject({ ok: true, value: { kind: draft.kind } });
    if (!read.ok || later === undefined) throw new Error('unread');
    for (const name of later.body) expect(Object.keys(read.value.body)).not.toContain(name);
    for (const name of later.commits) expect(Object.keys(read.value.commits)).not.toContain(name);
  }
});

test.each([
  ['one member of two', ',"previous":"approved"', '', '`body.previous` is missing'],
  ['the members without the detail', '"actor":null,', '', '`commits.actor` is missing'],
  [
    'the detail without the members',
    ',"previous":"approved","state":"withdrawn","user":"usr_00000000000000000000000000000002"',
    ',"state":"withdrawn"',
    '`body.previous` is missing',
  ],
])('of what came later, refuses %s', (_case, part, instead, message) => {
  const closed = HEADERS.findLast((header) => header.includes('"kind":"approval.closed"')) ?? '';
  const whole = closed.replace(/"actor":"[0-9a-f]{64}"/, '"actor":null');
  expect(whole).toContain(part);
  expect(parseEntry(utf8(whole)).ok).toBe(true);
  const spoilt = whole.replace(part, instead);
  expect(parseEntry(utf8(spoilt))).toMatchObject({
    ok: false,
    error: { code: 'entry_malformed', message: expect.stringContaining(message) },
  });
  expect(isCanonicalHeader(utf8(spoilt), spoilt)).toBe(false);
});

test.each([
  ['call.completed', /"outcome":"\w+"/, '"outcome":"over"', '`body.outcome` is not'],
  ['approval.closed', /"state":"expired"/, '"state":"over"', '`body.state` is not'],
])(
  'of a %s from before, tells what is wrong with that, not what came later',
  (kind, part, instead, message) => {
    const { header } =
      logVectors.entries.find(({ isEarlier, draft }) => isEarlier && draft.kind === kind) ?? {};
    const spoilt = (header ?? '').replace(part, instead);
    expect(spoilt).not.toBe(header);
    expect(parseEntry(utf8(spoilt))).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining(message) },
    });
  },
);

test('reads every header of the vectors', () => {
  for (const [index, header] of HEADERS.entries()) {
    expect(parseEntry(utf8(header))).toMatchObject({ ok: true, value: { index, v: 'countersign/entry/1' } });
  }
});

test.each([
  ['white space after a member', (text: string) => text.replace(',"body"', ', "body"'), 'canonical form'],
  ['a final newline', (text: string) => `${text}\n`, 'canonical form'],
  [
    'a duplicate member',
    (text: string) => text.replace('"index":8', '"index":8,"index":8'),
    'canonical form',
  ],
  [
    'a duplicate that hides another value',
    (text: string) => text.replace('"index":8', '"index":9,"index":8'),
    'canonical form',
  ],
  ['a float', (text: string) => text.replace('"index":8', '"index":8.5'), '`index` is not uint'],
  [
    'an integer written as a float',
    (text: string) => text.replace('"index":8', '"index":8.0'),
    'canonical form',
  ],
  ['an exponent', (text: string) => text.replace('"index":8', '"index":8e0'), 'canonical form'],
  [
    'a negative zero',
    (text: string) => text.replace('"events":0', '"events":-0'),
    '`body.events` is not uint',
  ],
  [
    'a negative number',
    (text: string) => text.replace('"events":0', '"events":-1'),
    '`body.events` is not uint',
  ],
  [
    'a number beyond 2^53',
    (text: string) => text.replace('"events":0', '"events":9007199254740992'),
    'not uint',
  ],
  ['a number as text', (text: string) => text.replace('"index":8', '"index":"8"'), '`index` is not uint'],
  ['an escaped letter', (text: string) => text.replace('"ok"', '"\\u006fk"'), 'canonical form'],
  [
    'an unknown member',
    (text: string) => text.replace('"index":8', '"index":8,"indexes":[]'),
    '`indexes` is not a member',
  ],
  ['an unknown last member', (text: string) => text.replace(/}$/, ',"w":1}'), '`w` is not a member'],
  [
    'an unknown body member',
    (text: string) => text.replace('"events":0', '"events":0,"extra":1'),
    '`body.extra`',
  ],
  [
    'an unknown commit',
    (text: string) => text.replace('"labels":null', '"labels":null,"more":null'),
    '`commits.more`',
  ],
  [
    'a prototype member',
    (text: string) => text.replace('"index":8', '"__proto__":{},"index":8'),
    '`__proto__`',
  ],
  ['a missing member', (text: string) => text.replace('"index":8,', ''), '`index` is missing'],
  ['a missing commit', (text: string) => text.replace('"labels":null,', ''), '`commits.labels` is missing'],
  [
    'members in another order',
    (text: string) => text.replace('"events":0,', '').replace('"status"', '"events":0,"status"'),
    'canonical order',
  ],
  [
    'another version',
    (text: string) => text.replace('entry/1', 'entry/2'),
    '`v` is not "countersign/entry/1"',
  ],
  [
    'an unknown kind',
    (text: string) => text.replace('call.completed', 'call.finished'),
    'the kind `call.finished` does not exist',
  ],
  [
    'a kind from the prototype',
    (text: string) => text.replace('call.completed', 'constructor'),
    'does not exist',
  ],
  [
    'another kind',
    (text: string) => text.replace('call.completed', 'task.settled'),
    '`body.bytes` is not a member',
  ],
  [
    'an unknown outcome',
    (text: string) => text.replace('"outcome":"ok"', '"outcome":"fine"'),
    '`body.outcome` is not',
  ],
  [
    'an uppercase digest',
    (text: string) => text.replace(/"prev":"[0-9a-f]/, '"prev":"F'),
    '`prev` is not digest',
  ],
  [
    'an id of another kind',
    (text: string) => text.replace('"node":"node_', '"node":"call_'),
    '`node` is not id(node)',
  ],
  ['no call', (text: string) => text.replace(/"call":"[^"]*"/, '"call":null'), '`call` is not id(call)'],
  [
    'a null body',
    (text: string) => text.replace(/"body":\{[^}]*\}/, '"body":null'),
    '`body` is not an object',
  ],
  [
    'a list as chain',
    (text: string) => text.replace(/"chain":\{[^}]*\}/, '"chain":[]'),
    '`chain` is not an object',
  ],
  ['two values', (text: string) => text + text, 'not JSON'],
  ['a byte order mark', (text: string) => `\ufeff${text}`, 'not JSON'],
  ['nothing', () => '', 'not JSON'],
  ['a list', () => '[]', 'the header is not an object'],
  ['null', () => 'null', 'the header is not an object'],
  ['no kind', () => '{}', 'the header has no kind'],
  [
    'too many bytes',
    (text: string) => text.replace('"index"', `"${'x'.repeat(5000)}":0,"index"`),
    'at most 4096',
  ],
  ['deep nesting', () => '['.repeat(2000) + ']'.repeat(2000), 'the header is not an object'],
])('refuses a header with %s', (_case, spoil, message) => {
  const spoilt = spoil(COMPLETED);
  expect(spoilt).not.toBe(COMPLETED);
  const parsed = parseEntry(utf8(spoilt));
  expect(parsed).toMatchObject({ ok: false, error: { code: 'entry_malformed' } });
  expect(parsed.ok || parsed.error.message).toContain(message);
});

test('refuses bytes that are not UTF-8', () => {
  expect(parseEntry(Uint8Array.of(0x7b, 0xff, 0x7d))).toMatchObject({
    ok: false,
    error: { message: 'the header is not valid UTF-8' },
  });
});

test('no change of one byte is read as the same entry', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...HEADERS),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (header, at, mask) => {
        const bytes = utf8(header);
        const place = at % bytes.length;
        bytes[place] = (bytes[place] ?? 0) ^ mask;
        const parsed = parseEntry(bytes);
        expect(parsed.ok ? JSON.stringify(parsed.value) : '').not.toBe(header);
      },
    ),
    { numRuns: 3000 },
  );
});

test('never throws, whatever the bytes', () => {
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.json().map(utf8)), (bytes) => {
      expect(parseEntry(bytes).ok).toBe(false);
    }),
  );
});

// The longest value that a field can have, as JSON.
function longest(field: Field): string {
  switch (field.type) {
    case 'nullable':
      return longest(field.of);
    case 'uint':
      return String(Number.MAX_SAFE_INTEGER);
    case 'digest':
      return JSON.stringify('f'.repeat(64));
    case 'id':
      return JSON.stringify(newId(field.prefixes.toSorted((a, b) => b.length - a.length)[0] ?? 'call'));
    case 'enum':
      return JSON.stringify(field.values.toSorted((a, b) => b.length - a.length)[0] ?? '');
  }
}

test('the largest header of every kind fits the limit', () => {
  const digest = JSON.stringify('f'.repeat(64));
  const max = Number.MAX_SAFE_INTEGER;
  const chain = `{"id":"${newId('chain')}","prevIndex":${max},"prevLeaf":${digest},"prevLog":${digest},"seq":${max}}`;
  for (const [kind, { body, commits }] of Object.entries<KindSpec>(ENTRY_KINDS)) {
    const members = Object.keys(body)
      .sort()
      .map((name) => `"${name}":${longest(body[name] as Field)}`);
    const digests = [...commits].sort().map((name) => `"${name}":${digest}`);
    const header =
      `{"agent":"${newId('agt')}","body":{${members.join(',')}},"call":"${newId('call')}","chain":${chain},` +
      `"commits":{${digests.join(',')}},"index":${max},"kind":"${kind}","node":"${newId('node')}",` +
      `"prev":${digest},"time":${max},"v":"countersign/entry/1"}`;
    expect(parseEntry(utf8(header)).ok).toBe(true);
    expect(header.length).toBeLessThan(MAX_HEADER_BYTES);
  }
});

test('no field of any kind accepts text of a caller', () => {
  for (const { body } of Object.values<KindSpec>(ENTRY_KINDS)) {
    for (const field of Object.values(body)) {
      for (const text of ['', 'Fiona Example', 'fiona@example.com'])
        expect(isValueOf(field, text)).toBe(false);
    }
  }
});

test('the quick reader and the slow one agree on every header, and on none that has one character changed, added or left out', () => {
  const valid = fc.constantFrom(...HEADERS);
  const char = fc.constantFrom(...'{}[]",:0123456789abcdefxyz_-+.e \\n\u0000é'.split(''));
  fc.assert(
    fc.property(valid, fc.nat(), char, fc.constantFrom(0, 1), (text, place, put, removed) => {
      const at = place % (text.length + 1);
      const changed = text.slice(0, at) + put + text.slice(at + removed);
      expect(isCanonicalHeader(utf8(changed), changed)).toBe(isCanonicalByPrinting(changed));
    }),
    { numRuns: 5_000 },
  );
  for (const text of HEADERS)
    expect([isCanonicalHeader(utf8(text), text), isCanonicalByPrinting(text)]).toEqual([true, true]);
});

test('numbers are read alike up to the largest that is safe, and beyond', () => {
  for (const number of [
    '0',
    '9',
    '00',
    '01',
    '9007199254740991',
    '9007199254740992',
    '9007199254740993',
    '99999999999999999',
    '-0',
    '1e3',
    '',
  ]) {
    const text = COMPLETED.replace('"events":0', `"events":${number}`);
    expect([number, isCanonicalHeader(utf8(text), text)]).toEqual([number, isCanonicalByPrinting(text)]);
  }
});

/** By definition: it parses, fits the schema, and prints as it was read. */
function isCanonicalByPrinting(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return headerProblem(value) === null && JSON.stringify(value) === text;
  } catch {
    return false;
  }
}
