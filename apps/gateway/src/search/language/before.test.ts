// What was stored before calls were asked for in one language: the texts of legal holds and of agreed erasures. In the place
// of records each of them is read as it was meant, or not at all.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { conditionsOf } from '../conditions.ts';
import { parseQuery } from '../query.ts';
import { parseQueryText } from '../query-text.ts';

/** The line of before: a filter with its value, or words; each filter once. Null where it was refused. */
function readBefore(line: string): Readonly<Record<string, string>> | null {
  const part = /\s*(-)?(?:([a-z]+):)?(?:("(?:[^"\\]|\\.)*")|((?![a-z]+:(?=\s|$))[^\s"]+))(?=\s|$)/y;
  const [texts, words]: [Record<string, string>, string[]] = [{}, []];
  const text = line.trimEnd();
  while (part.lastIndex < text.length) {
    const [, minus, filter, quoted, plain = ''] = part.exec(text) ?? [''];
    if (part.lastIndex === 0) return null;
    let value = plain;
    try {
      if (quoted !== undefined) value = String(JSON.parse(quoted));
    } catch {
      return null;
    }
    if (filter === undefined) words.push(minus === undefined ? value : `-${value}`);
    else if (minus !== undefined || Object.hasOwn(texts, filter)) return null;
    else texts[filter] = value;
  }
  if (words.length > 0) texts['text'] = [texts['text'] ?? '', ...words].join(' ').trim();
  // Conditions were a notation of their own: none of them is a name, and none is taken for one.
  if (texts['where'] !== undefined) return texts;
  return parseQuery(texts).ok ? texts : null;
}

const meaning = (texts: Readonly<Record<string, string>>): unknown => {
  const { from, to, text, outcome, ...names } = texts;
  const times = [from, to].map((time) => (time === undefined ? undefined : Date.parse(time)));
  const words = new Set((text ?? '').toLowerCase().match(/[\p{L}\p{N}\p{M}]+/gu));
  return [
    times,
    words,
    outcome,
    conditionsOf(names)
      .map(({ any }) => JSON.stringify(any))
      .sort(),
  ];
};

/** The same of what the language makes of a text; null where it refuses it. */
function meaningNow(line: string): unknown {
  const parsed = parseQueryText(line, { place: 'record' });
  if (!parsed.ok) return null;
  const { from, to, asked = [] } = parsed.value;
  const of = (key: string): readonly string[] =>
    asked.flatMap(({ how, tests: [test, ...more] }) =>
      test.key === key && how === 'wanted' && more.length === 0 ? [test.value] : [],
    );
  const others = asked.filter(({ tests: [{ key }] }) => key !== 'text' && key !== 'outcome');
  const words = new Set(
    of('text')
      .join(' ')
      .toLowerCase()
      .match(/[\p{L}\p{N}\p{M}]+/gu),
  );
  const rest = conditionsOf({ asked: others }).map(({ isNot, any }) => (isNot ? 'not' : JSON.stringify(any)));
  return [[from, to], words, of('outcome')[0], rest.sort()];
}

const BITS = [
  'agent:',
  'resource:',
  'label:',
  'outcome:',
  'approval:',
  'subject:',
  'text:',
  'from:2026-01-31T12:00:00Z',
  'a',
  'zoe',
  'ok',
  'tool_error',
  'denied',
  'failed',
  'rejected',
  'apr_1',
  '|',
  '&',
  '-',
  '+',
  '*',
  '/',
  '=',
  '(',
  '"',
  '"a b"',
  '\\',
  ' ',
  ' ',
];

const CHANGED = [
  'where:"-outcome:failed"',
  'where:"-outcome:denied"',
  'where:"-approval:rejected"',
  'agent:zoe|outcome:denied',
  'resource:a|agent:clerk',
  'approval:rejected',
  '&label:a',
  '&refunds',
];

test('what was stored before is read as it was meant, or not at all', () => {
  let read = 0;
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...BITS), { minLength: 1, maxLength: 8 }), (bits) => {
      const line = bits.join('');
      const before = readBefore(line);
      const now = meaningNow(line);
      if (before === null || now === null) return;
      read += 1;
      expect(now).toEqual(meaning(before));
    }),
    { numRuns: 3000 },
  );
  expect(read).toBeGreaterThan(100);
});

test.each(CHANGED)('`%s` once meant something else on record, and is refused', (line) => {
  expect(readBefore(line)).not.toBeNull();
  expect(meaningNow(line)).toBeNull();
});

test.each(['agent:"zoe"|outcome:"denied"', '&label:"a"', '&"refunds"', 'agent:"a"*'])(
  'what says the same now, `%s`, could not be read before',
  (line) => {
    expect(readBefore(line)).toBeNull();
    expect(meaningNow(line)).not.toBeNull();
  },
);
