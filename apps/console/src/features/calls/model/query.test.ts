import { describe, expect, test } from 'vitest';
import {
  choiceOf,
  choose,
  type Fault,
  printQuery,
  type Query,
  readQuery,
  type Term,
  without,
} from './query.ts';
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

/** The same numbers on every run. */
let state = 11;
const upTo = (end: number): number => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * end);
};
const one = <T>(of: readonly T[]): T => of[upTo(of.length)] as T;
const someText = (of: readonly string[], length: number): string =>
  Array.from({ length }, () => one(of)).join('');

const ODD = [
  'a',
  'Z',
  '9',
  ' ',
  ':',
  '-',
  '"',
  '\\',
  '*',
  '|',
  '/',
  '.',
  'é',
  '…',
  '\u202e',
  '😀',
  '\n',
  '\ud800',
];
const OPEN = ['server', 'tool', 'agent', 'team', 'owner', 'subject', 'policy', 'label', 'chain'] as const;

function someTerm(): Term {
  const isNot = upTo(2) === 1;
  const kind = upTo(4);
  if (kind === 0) return { key: null, isNot, value: `${someText(ODD, upTo(8))}w`, isPrefix: false };
  if (kind === 1)
    return { key: 'outcome', isNot, value: one(['ok', 'failed', 'denied', 'tool_error']), isPrefix: false };
  if (kind === 2) return { key: 'latency', isNot, value: one(['>2s', '<=150ms', '>=1.5m']), isPrefix: false };
  const key: Key = one(OPEN);
  return { key, isNot, value: someText(ODD, 1 + upTo(8)), isPrefix: mayBegin(key) && upTo(2) === 1 };
}

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

  test('reads back as it is printed, whatever its values are made of', () => {
    for (let run = 0; run < 3000; run += 1) {
      const query = Array.from({ length: upTo(6) }, someTerm);
      expect(readQuery(printQuery(query))).toEqual({ query, faults: [] });
    }
  });

  test('loses nothing of any text: every part that is not space is a term, or within a fault', () => {
    for (let run = 0; run < 3000; run += 1) {
      const text = someText(['a', 'agent', ':', '-', '"', '\\', '*', ' '], upTo(20));
      const { query, faults } = readQuery(text);
      expect(query.length + faults.length > 0).toBe(text.trim() !== '');
      for (const { from, to } of faults) {
        expect(to).toBeGreaterThan(from);
        expect(text.slice(from, to).trim()).not.toBe('');
      }
    }
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
    const agent = (value: string, isPrefix = false) => ({ key: 'agent', value, isPrefix }) as const;
    expect(printQuery(choose(query, agent('b'), 'unwanted'))).toBe('agent:a words -agent:b');
    expect(printQuery(choose(query, agent('a'), 'unwanted'))).toBe('words -agent:a');
    expect(printQuery(choose(query, agent('a'), 'open'))).toBe('words');
    expect(choiceOf(query, agent('a'))).toBe('wanted');
    expect(choiceOf(query, agent('b'))).toBe('open');
    expect(choiceOf(read('agent:a*'), agent('a'))).toBe('open');
    expect(choiceOf(read('-agent:a*'), agent('a', true))).toBe('unwanted');
    expect(printQuery(choose(read('-agent:a*'), agent('a', true), 'wanted'))).toBe('agent:a*');
    expect(printQuery(without(read('agent:a -agent:b team:c'), 'agent'))).toBe('team:c');
  });

  test('has a sentence for each of its keys', () => {
    for (const sentence of Object.values(KEYS)) expect(sentence).not.toBe('');
  });
});
