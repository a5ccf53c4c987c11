import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseQuery } from '../query.ts';
import { EACH, type Key, KEYS, mayBegin, TIMES } from './keys.ts';
import { printQuery } from './print.ts';
import { readQuery } from './read.ts';
import type { Clause, Fault, Place, Query, Test } from './types.ts';
import { checkedValue, wordsOf } from './values.ts';

const read = (text: string, place?: Place): Query => {
  const { query, faults } = readQuery(text, place);
  expect([text, faults]).toEqual([text, []]);
  return query;
};
const faultOf = (text: string, place?: Place): Fault => {
  const [fault, ...more] = readQuery(text, place).faults;
  if (fault === undefined) throw new Error(`\`${text}\` has no fault`);
  expect(more).toEqual([]);
  return fault;
};
const textOf = (bits: readonly string[], lengths: fc.ArrayConstraints): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...bits), lengths).map((each) => each.join(''));

const test1 = (key: Key, value: string, isPrefix = false): Test => ({ key, value, isPrefix });
const wanted = (...tests: [Test, ...Test[]]): Clause => ({ how: 'wanted', tests });

describe('a query', () => {
  test('is read into clauses, in their order', () => {
    expect(read('outcome:deny agent:clerk tool:github/* -server:dev latency:>2s "free text"')).toEqual([
      wanted(test1('outcome', 'denied')),
      wanted(test1('agent', 'clerk')),
      wanted(test1('tool', 'github/', true)),
      { how: 'unwanted', tests: [test1('server', 'dev')] },
      wanted(test1('latency', '>2s')),
      wanted(test1('text', 'free text')),
    ]);
    expect(read('  ')).toEqual([]);
  });

  test('has one meaning in several spellings', () => {
    for (const [text, same] of [
      ['agent:a|agent:b', 'agent:a agent:b'],
      ['-agent:a|team:b', '-agent:a -team:b'],
      ['agent:a|agent:b -agent:c', 'agent:a agent:b -agent:c'],
      ['upstream:dev stands:failed', 'server:dev outcome:failed'],
      ['text:refunds', 'refunds'],
      ['&refunds &latency:>1s', 'refunds latency:>1s'],
      ['agent:"a"*', 'agent:a*'],
      // A name alone with its colon has no value; as the beginning of one it is whole.
      ['operation:mcp:*', 'operation:"mcp:"*'],
      ['where:"agent:b|agent:c latency:>1s" agent:a', '&agent:b|agent:c latency:>1s agent:a'],
    ] as const)
      expect([text, printQuery(read(text)).split(' ').sort()]).toEqual([text, same.split(' ').sort()]);
  });

  test.each([
    ['agent:a agnet:b', 8, 15, 'did you mean agent?'],
    ['Agent:a', 0, 7, 'did you mean agent?'],
    ['principal:dev', 0, 13, 'did you mean agent?'],
    ['http://x', 0, 8, 'quote it'],
    ['constructor:x', 0, 13, 'there is no key'],
    ['agent:', 0, 6, 'agent needs a value'],
    ['agent:""', 0, 8, 'agent needs a value'],
    ['a "b', 2, 4, 'not closed'],
    ['agent:"a"b', 0, 10, 'stuck'],
    ['agent:"\\x"', 0, 10, 'quotation cannot be read'],
    ['outcome:maybe', 0, 13, 'give one of ok'],
    ['reason:no_permt', 0, 15, 'no_permit'],
    ['latency:2s', 0, 10, 'comparison'],
    ['policy:a*', 0, 9, 'takes no *'],
    ['state:weird*', 0, 12, 'nothing begins so'],
    ['agent:a*b', 0, 9, 'stands at the end'],
    ['agent:a**', 0, 9, 'stands at the end'],
    ['refund*', 0, 7, 'words are found whole'],
    ['-', 0, 1, 'without a space'],
    ['&', 0, 1, 'without a space'],
    ['…', 0, 1, 'no word'],
    ['agent:a|b', 0, 9, 'each side of a |'],
    ['a|b', 0, 3, 'each side of a |'],
    ['agent:a||agent:b', 0, 16, 'between two conditions'],
    ['agent:a | ', 8, 9, 'between two conditions'],
    ['label:a&label:b', 0, 15, 'behind a space'],
    ['agent:a OR', 8, 10, 'no operator'],
    ['agent=a', 0, 7, 'followed by a colon'],
    ['latency>2s', 0, 10, 'followed by a colon'],
    ['agent!=a', 0, 8, 'followed by a colon'],
    ['agent:!=a', 0, 9, 'not compared'],
    ['(agent', 0, 6, 'no parentheses'],
    ['text:a text:b', 7, 13, 'text:a|text:b for either'],
    ['agent:a|agent:b agent:c', 16, 23, 'beside a list'],
    ['from:yesterday', 0, 14, 'RFC 3339'],
    ['-from:2026-01-31T12:00:00Z', 0, 26, 'leave - out'],
    ['to:2026-01-31T12:00:00Z to:2026-02-01T12:00:00Z', 24, 47, 'said once'],
    ['from:2026-02-01T00:00:00Z to:2026-01-31T12:00:00Z', 26, 49, 'not after from'],
    ['to:2026-02-01T00:00:00+01:00 from:2026-01-31T23:00:00Z', 29, 54, 'not after from'],
    ['where:"agent:a agent:b"', 0, 23, 'within where: agent is named again'],
  ])('tells what is wrong with `%s`, and where', (text, from, to, message) => {
    expect(faultOf(text)).toEqual({ from, to, message: expect.stringContaining(message) });
  });

  test.each([
    'tool:"*/"*',
    'tool:""*',
    'agent:""*',
    'decision:""*',
    '-agent:""*',
    'tool:*',
    'tool:*/*',
    'agent:*',
  ])('destroys and keeps nothing by a beginning that is none: `%s`, nor is it advised', (text) => {
    const { message } = faultOf(text, 'record');
    expect(message).toContain('a * alone');
    expect(message).not.toContain('""');
  });

  test.each(
    (Object.keys(KEYS) as Key[]).flatMap((key) => [`${key}:a*`, `-${key}:a*`, `${key}:>1*`, `${key}:no*`]),
  )('advises nothing that it then refuses, for `%s`', (text) => {
    for (const place of ['search', 'record'] as const)
      for (const { message } of readQuery(text, place).faults)
        for (const [advised] of message.matchAll(/[a-z]+:"[^"]*"\*?/g))
          expect([advised, readQuery(advised, place).faults]).toEqual([advised, []]);
    const star = text.replace(/:(.*)/, (_, value) => `:${JSON.stringify(value)}`);
    const isAdvised = readQuery(text).faults.some(({ message }) => message.includes('quote a star'));
    expect(isAdvised && readQuery(star).faults.length > 0).toBe(false);
  });

  test('takes the times that the gateway takes, and no others', () => {
    for (const time of [
      '2026-01-31T12:00:00Z',
      '2026-01-31T12:00Z',
      '2026-01-31T12:00:00.123456789+23:59',
      '2028-02-29T00:00:00Z',
      '2026-02-29T00:00:00Z',
      '2026-02-30T00:00:00Z',
      '2026-04-31T00:00:00+02:00',
      '2026-13-01T00:00:00Z',
      '2026-00-10T00:00:00Z',
      '2026-01-31T24:00:00Z',
      '2026-01-31T12:60:00Z',
      '2026-01-31T12:00:60Z',
      '2026-01-31T12:00:00+24:00',
      '2026-01-31T12:00:00-00:00',
      '0000-01-01T00:00:00Z',
      '2026-01-31t12:00:00z',
      '2026-01-31T12:00:00',
    ])
      expect([time, readQuery(`from:${time}`).faults.length === 0]).toEqual([
        time,
        parseQuery({ from: time }).ok,
      ]);
  });

  test.each([
    'subject:zoe &-agent:clerk',
    '+agent:clerk',
    '+refunds',
    "'agent:clerk'",
    'agent :clerk',
    '[agent:clerk]',
    '{Agent:clerk}',
    '~agent:clerk',
    '#agent:clerk',
    'not(agent:clerk)',
    '--agent:clerk',
    '-&agent:clerk',
    'x-where:clerk',
  ])('takes no condition behind a stray sign for words: `%s`', (text) => {
    for (const place of ['search', 'where', 'record'] as const)
      expect(faultOf(text, place).message).toContain('quote it to look for the words');
    expect(readQuery(JSON.stringify(text)).faults).toEqual([]);
  });

  test('asks for no more than 64 things, in no more than 2048 characters', () => {
    const names = Array.from({ length: 65 }, (_, at) => `agent:${at}`);
    expect(faultOf(names.join('|')).message).toContain('more than 64');
    expect(faultOf(names.join(' ')).message).toContain('more than 64');
    expect(read(names.slice(1).join(' '))).toHaveLength(64);
    const words = names.map((name) => name.replace(':', ''));
    expect(
      faultOf(`"${words.slice(0, 33).join(' ')}" -text:"${words.slice(33).join(' ')}"`).message,
    ).toContain('more than 64');
    expect(read(`"${'pay '.repeat(60)}" `.repeat(8))).toHaveLength(8);
    expect(faultOf('x'.repeat(2049)).message).toContain('longer than 2048');
  });

  test('is refused where it once meant something else, with what to write instead', () => {
    // In `where`, both values had to hold.
    expect(faultOf('label:a label:b', 'where').message).toContain('&label:"b" for both');
    expect(read('label:a &label:b latency:>1s latency:<2s', 'where')).toHaveLength(4);
    expect(faultOf('from:2026-01-31T12:00:00Z', 'where').message).toContain('parameters of their own');
    // In what destroys or keeps, a star was a star, and a minus before words was nothing.
    expect(faultOf('tool:github/*', 'record').message).toContain('tool:"github/"* for whatever begins so');
    expect(faultOf('-refunds', 'record').message).toContain('-text:"refunds"');
    expect(read('-text:refunds tool:"github/"* agent:"*"', 'record')).toEqual(
      read('-refunds tool:github/* agent:"*"'),
    );
  });

  test('loses nothing of any text: every part that is not space is read, or within a fault', () => {
    const texts = textOf(['agent', 'text', ...Array.from('a:-&|"\\* >\u202e\n')], { maxLength: 20 });
    fc.assert(
      fc.property(texts, (text) => {
        const { query, faults } = readQuery(text);
        expect(query.length + faults.length > 0).toBe(text.trim() !== '');
        for (const { from, to } of faults) {
          expect(to).toBeGreaterThan(from);
          expect(text.slice(from, to).trim()).not.toBe('');
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('what is printed', () => {
  const names = fc.oneof(
    fc.string({ minLength: 1, maxLength: 12, unit: 'binary' }),
    // What looks like a condition, in the middle of a value.
    fc.constant('https://h/p?a=1&b:c'),
    textOf(['a', 'agent:', '&label:', '&-', '+', ':', "'", '|', '?b=1'], { minLength: 1, maxLength: 4 }),
    textOf(Array.from('aZ :-&|"\\*/=>(\u202e😀\ud800'), { minLength: 1, maxLength: 8 }),
  );
  const valueOf = (key: Key): fc.Arbitrary<string> => {
    if (key === 'latency') return fc.constantFrom('>2s', '<=150ms', '>=1.5m');
    if (key === 'trace') return fc.constant('0af7651916cd43dd8448eb211c80319c');
    if (key === 'text')
      return fc.oneof(
        names.map((name) => `${name}w`),
        fc.constantFrom('AND', 'agent=x', 'w:x'),
      );
    const words = wordsOf(key);
    return words.length > 0 ? fc.constantFrom(...words) : names;
  };
  const keys = fc.constantFrom(...(Object.keys(KEYS) as Key[]).filter((key) => !TIMES.has(key)));
  const tests: fc.Arbitrary<Test> = keys
    .chain((key) =>
      fc.record({
        key: fc.constant(key),
        value: valueOf(key),
        isPrefix:
          mayBegin(key) && wordsOf(key).length === 0 && key !== 'trace' ? fc.boolean() : fc.constant(false),
      }),
    )
    // Not on record.
    .filter(({ key, value, isPrefix }) => !(key === 'tool' && value === '*/' && isPrefix));
  const clauses: fc.Arbitrary<Clause> = fc.oneof(
    fc.record({ how: fc.constantFrom('wanted', 'unwanted'), tests: fc.tuple(tests) }),
    fc.record({
      how: fc.constant('wanted' as const),
      tests: fc.tuple(tests, tests).filter(([a, b]) => a.key !== b.key || EACH.has(a.key)),
    }),
    fc.record({
      how: fc.constant('also' as const),
      tests: fc.tuple(tests.filter(({ key }) => !EACH.has(key))),
    }),
    fc.record({ how: fc.constant('also' as const), tests: fc.tuple(tests, tests, tests) }),
  );
  const queries = fc.array(clauses, { maxLength: 6 });

  test('reads back as it was, whatever values are made of, everywhere', () => {
    fc.assert(
      fc.property(queries, (query) => {
        expect(readQuery(printQuery(query))).toEqual({ query, faults: [] });
        expect(readQuery(printQuery(query, { forRecord: true }))).toEqual({ query, faults: [] });
        expect(readQuery(printQuery(query, { forRecord: true }), 'record')).toEqual({ query, faults: [] });
      }),
      { numRuns: 500 },
    );
  });

  test('is printed the same again, whatever it was typed as', () => {
    for (const text of [
      'a|b',
      'text:a|text:b "x y" -z',
      'tool:*/pay &label:a|label:b from:2026-01-31T12:00:00Z',
    ]) {
      const { query } = readQuery(text);
      expect(printQuery(read(printQuery(query)))).toBe(printQuery(query));
    }
  });

  test('holds only what may be asked: the tests of this page use what the language takes', () => {
    fc.assert(
      fc.property(tests, ({ key, value, isPrefix }) => {
        expect(checkedValue(key, value, isPrefix)).toEqual({ value });
      }),
    );
  });
});
