import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { choiceOf, choose, type Fault, printQuery, type Query, readQuery, without } from './query.ts';
import { type Key, KEYS, mayBegin } from './query-keys.ts';

const read = (text: string): Query => {
  const { query, faults } = readQuery(text);
  expect(faults).toEqual([]);
  return query;
};
const faultOf = (text: string): Fault => {
  const [fault, ...more] = readQuery(text).faults;
  if (fault === undefined) throw new Error(`\`${text}\` has no fault`);
  expect(more).toEqual([]);
  return fault;
};

describe('a query', () => {
  test('is read into terms, in their order', () => {
    expect(read('outcome:deny agent:clerk tool:github/* -server:dev latency:>2s "free text"')).toEqual([
      { key: 'outcome', isNot: false, value: 'denied', isPrefix: false },
      { key: 'agent', isNot: false, value: 'clerk', isPrefix: false },
      { key: 'tool', isNot: false, value: 'github/', isPrefix: true },
      { key: 'server', isNot: true, value: 'dev', isPrefix: false },
      { key: 'latency', isNot: false, value: '>2s', isPrefix: false },
      { key: null, isNot: false, value: 'free text', isPrefix: false },
    ]);
    expect(read('  ')).toEqual([]);
  });

  const values = fc.string({ minLength: 1, maxLength: 12, unit: 'binary' });
  const OPEN = ['server', 'tool', 'agent', 'team', 'owner', 'subject', 'policy', 'label', 'chain'] as const;
  const terms = fc.oneof(
    fc
      .record({
        key: fc.constantFrom<Key>(...OPEN),
        isNot: fc.boolean(),
        value: values,
        isPrefix: fc.boolean(),
      })
      .map((term) => ({ ...term, isPrefix: term.isPrefix && mayBegin(term.key) })),
    fc.record({
      key: fc.constant(null),
      isNot: fc.boolean(),
      value: values.filter((text) => /[\p{L}\p{N}]/u.test(text)),
      isPrefix: fc.constant(false),
    }),
    fc.record({
      key: fc.constant('outcome' as const),
      isNot: fc.boolean(),
      value: fc.constantFrom('ok', 'failed', 'denied', 'tool_error'),
      isPrefix: fc.constant(false),
    }),
    fc.record({
      key: fc.constant('latency' as const),
      isNot: fc.boolean(),
      value: fc.constantFrom('>2s', '<=150ms', '>=1.5m'),
      isPrefix: fc.constant(false),
    }),
  );

  test('reads back as it is printed, whatever its values are made of', () => {
    fc.assert(
      fc.property(fc.array(terms, { maxLength: 6 }), (query) => {
        expect(readQuery(printQuery(query))).toEqual({ query, faults: [] });
      }),
    );
  });

  test('loses nothing of any text: every part that is not space is a term, or within a fault', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 30, unit: fc.constantFrom('a', 'agent', ':', '-', '"', '\\', '*', ' ') }),
        (text) => {
          const { query, faults } = readQuery(text);
          expect(query.length + faults.length > 0).toBe(text.trim() !== '');
          for (const { from, to } of faults) {
            expect(to).toBeGreaterThan(from);
            expect(text.slice(from, to).trim()).not.toBe('');
          }
        },
      ),
    );
  });

  test.each([
    ['agent:a agnet:b', 8, 15, 'did you mean agent?'],
    ['upstream:dev', 0, 12, 'did you mean server?'],
    ['http://x', 0, 8, 'quote it'],
    ['constructor:x', 0, 13, 'there is no key'],
    ['from:today', 0, 10, 'chosen beside'],
    ['agent:', 0, 6, 'agent needs a value'],
    ['a "b', 2, 4, 'not closed'],
    ['agent:"a"b', 0, 10, 'stuck'],
    ['outcome:maybe', 0, 13, 'give one of ok'],
    ['latency:2s', 0, 10, 'comparison'],
    ['policy:a*', 0, 9, 'takes no *'],
    ['-', 0, 1, 'without a space'],
    ['…', 0, 1, 'no word'],
  ])('tells what is wrong with `%s`, and where', (text, from, to, message) => {
    expect(faultOf(text)).toEqual({ from, to, message: expect.stringContaining(message) });
  });

  test('is edited value by value', () => {
    const query = read('agent:a words');
    expect(printQuery(choose(query, 'agent', 'b', 'unwanted'))).toBe('agent:a words -agent:b');
    expect(printQuery(choose(query, 'agent', 'a', 'unwanted'))).toBe('words -agent:a');
    expect(printQuery(choose(query, 'agent', 'a', 'open'))).toBe('words');
    expect(choiceOf(query, 'agent', 'a')).toBe('wanted');
    expect(choiceOf(query, 'agent', 'b')).toBe('open');
    expect(choiceOf(read('agent:a*'), 'agent', 'a')).toBe('open');
    expect(printQuery(without(read('agent:a -agent:b team:c'), 'agent'))).toBe('team:c');
  });

  test('has a sentence for each of its keys', () => {
    for (const sentence of Object.values(KEYS)) expect(sentence).not.toBe('');
  });
});
