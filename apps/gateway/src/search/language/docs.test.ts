// docs/query-language.md is what the language does: its examples are asked, its keys and what it says of them are the language's own.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { conditionsOf } from '../conditions.ts';
import { isMetByRow } from '../met.ts';
import { parseQueryText } from '../query-text.ts';
import { EXAMPLES } from './help.ts';
import { KEYS } from './keys.ts';
import { readQuery } from './read.ts';

const page = readFileSync(new URL('../../../../../docs/query-language.md', import.meta.url), 'utf8');

/** The rows of the table that has this head, cell by cell. */
function table(head: string): readonly (readonly string[])[] {
  const lines = page.split('\n');
  const first = lines.indexOf(head) + 2;
  expect(first).toBeGreaterThan(1);
  const rows = lines.slice(first, lines.indexOf('', first));
  return rows.map((row) =>
    row
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) =>
        cell
          .trim()
          .replace(/^`(.*)`$/, '$1')
          .replaceAll(String.raw`\|`, '|'),
      ),
  );
}

const STATES: Readonly<Record<string, string>> = { denied: 'denied', held: 'held' };

const calls = table('| | agent | called | labels | on behalf of | stands | took | began |').map(
  ([name, agent, called = '', labels = '', subject, stands = '', took = '', began = '']) => {
    const [upstream, resource] = called.split('/');
    const row = {
      agent,
      upstream,
      resource,
      subject: subject === '' ? null : subject,
      labels: JSON.stringify(labels === '' ? [] : labels.split(', ')),
      brought: '[]',
      state: STATES[stands] ?? 'completed',
      outcome: stands in STATES ? null : stands,
      duration_us: took === '' ? null : Number.parseInt(took, 10) * 1_000_000,
    };
    return { name, startedAt: Date.parse(began), row };
  },
);

test('each example of the page finds the calls that it says', () => {
  const examples = table('| asked | that is | found |');
  expect(examples.length).toBeGreaterThan(5);
  for (const [line = '', , found] of examples) {
    const parsed = parseQueryText(line);
    if (!parsed.ok) throw new Error(parsed.error.message);
    const { from = -Infinity, to = Infinity } = parsed.value;
    const conditions = conditionsOf(parsed.value);
    const met = calls.filter(
      ({ startedAt, row }) => startedAt >= from && startedAt < to && isMetByRow(conditions, row),
    );
    expect([line, met.map(({ name }) => name).join(' ')]).toEqual([line, found]);
  }
});

test('the examples and the keys of the page are those that the query bar shows', () => {
  const examples = table('| asked | that is | found |').map(([line, meaning]) => [line, meaning]);
  expect(examples).toEqual(Object.entries(EXAMPLES));
  expect(table('| key | asks for |')).toEqual(Object.entries(KEYS));
});

test('what the page says is refused is refused, for the reason that it gives', () => {
  const refused = table('| asked | why |');
  expect(refused.length).toBeGreaterThan(5);
  for (const [line = '', why = ''] of refused) {
    const messages = readQuery(line).faults.map(({ message }) => message);
    expect([line, messages.join('\n')]).toEqual([line, expect.stringContaining(why)]);
  }
  for (const [line = '', instead = ''] of table('| refused on record | write |')) {
    expect([line, readQuery(line, 'record').faults.length]).toEqual([line, 1]);
    expect([instead, readQuery(instead, 'record')]).toEqual([instead, readQuery(instead)]);
    expect([instead, readQuery(instead).faults]).toEqual([instead, []]);
  }
  expect(readQuery('label:a label:b', 'where').faults).toHaveLength(1);
  expect(readQuery('&label:a &label:b', 'where').faults).toEqual([]);
});
