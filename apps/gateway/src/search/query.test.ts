import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { conditionsOf } from './conditions.ts';
import { cursorOf, placeIn } from './cursor.ts';
import { CALL_FILTERS, type CallQuery, parseQuery } from './query.ts';
import { parseQueryText, queryText } from './query-text.ts';

describe('filters', () => {
  test('are read from texts, times as milliseconds; what is undefined was not asked for', () => {
    expect(
      parseQuery({ agent: 'invoice', from: '2026-01-31T13:00:00+01:00', team: undefined, decision: 'deny' }),
    ).toEqual({
      ok: true,
      value: { agent: 'invoice', decision: 'deny', from: Date.UTC(2026, 0, 31, 12) },
    });
  });

  test.each([
    [{ agnet: 'x' }, 'agnet', 'choose from agent, actor'],
    [{ constructor: 'x' }, 'constructor', 'there is no filter'],
    [{ agent: '' }, 'agent', 'leave the filter out'],
    [{ decision: 'maybe' }, 'decision', 'is `maybe`: give one of allow, deny, hold'],
    [{ operation: 'call' }, 'operation', 'mcp:tools/call'],
    [{ from: 'yesterday' }, 'from', 'RFC 3339'],
    [{ from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' }, 'to', 'not after'],
    [{ trace: 'abc' }, 'trace', '32 lowercase hex digits'],
    [{ text: '—' }, 'text', 'no word'],
    [{ subject: 'x'.repeat(257) }, 'subject', '256'],
  ])('that cannot be understood are refused by name, with what would do: %j', (texts, parameter, fix) => {
    const parsed = parseQuery(texts);
    expect(parsed).toMatchObject({ ok: false, error: { parameter } });
    if (parsed.ok) return;
    expect(parsed.error.message).toContain(`\`${parameter}\``);
    expect(parsed.error.message).toContain(fix);
  });
});

const read = (line: string, options?: Parameters<typeof parseQueryText>[1]) => {
  const parsed = parseQueryText(line, options);
  return parsed.ok ? parsed.value : parsed.error.message;
};

describe('a query as a line of text', () => {
  test('is what was asked, and its times', () => {
    expect(read('agent:invoice "by policy" from:2026-01-31T13:00:00+01:00')).toEqual({
      asked: [
        { how: 'wanted', tests: [{ key: 'agent', value: 'invoice', isPrefix: false }] },
        { how: 'wanted', tests: [{ key: 'text', value: 'by policy', isPrefix: false }] },
      ],
      from: Date.UTC(2026, 0, 31, 12),
    });
    expect(read('   ')).toEqual({});
  });

  test.each([
    ['agnet:a', 'cannot be read at character 1, `agnet:a`: there is no key agnet: did you mean agent?'],
    ['agent:x outcome:perhaps', 'at character 9, `outcome:perhaps`: give one of ok'],
    ['agent:"a', 'not closed'],
    [`agent:${'x'.repeat(300)}`, '256 characters'],
    ['from:2026-01-02T00:00:00Z to:2026-01-01T00:00:00Z', 'to is not after from'],
  ])('is refused for `%s`, with the place: %s', (line, message) => {
    expect(read(line, { name: 'q' })).toContain(message);
  });

  test('must not name again what is given beside it, under whatever name', () => {
    expect(read('agent:a', { texts: { agent: 'b' } })).toBe(
      '`agent` is given twice: in `query` and beside it',
    );
    expect(read('-server:a', { texts: { upstream: 'b' } })).toContain('`upstream` is given twice');
    expect(read('to:2026-01-01T00:00:00Z', { texts: { to: '2026-01-02T00:00:00Z' } })).toContain('twice');
    expect(read('refunds', { texts: { text: 'crm' } })).toMatchObject({ text: 'crm', asked: [{}] });
  });

  test('holds together with conditions that are given beside it', () => {
    expect(read('label:a label:b', { texts: { where: 'label:c -team:x' } })).toEqual(
      read('label:a label:b &label:c -team:x'),
    );
    expect(read('', { texts: { where: 'label:c label:d' } })).toContain(
      '`where` cannot be read at character 9, `label:d`: label is named again',
    );
  });

  const names = ['agent', 'owner', 'team', 'subject', 'upstream', 'resource', 'policy', 'label'] as const;
  const name = fc.string({ minLength: 1, maxLength: 20, unit: 'binary' });
  const queries: fc.Arbitrary<CallQuery> = fc.record(
    {
      ...Object.fromEntries(names.map((each) => [each, name])),
      decision: fc.constantFrom('allow', 'deny', 'hold'),
      from: fc.integer({ min: 0, max: 2_000_000_000_000 }),
      asked: fc.array(
        fc.record({
          how: fc.constantFrom('wanted', 'unwanted', 'also'),
          tests: fc.tuple(
            fc.record({
              key: fc.constantFrom('agent', 'server', 'label'),
              value: name,
              isPrefix: fc.constant(false),
            }),
          ),
        }),
        { minLength: 1, maxLength: 3 },
      ),
    },
    { requiredKeys: [] },
  );

  test('asks what the query asked that it is printed from, also of what is on record', () => {
    const conditions = (query: CallQuery): readonly string[] =>
      conditionsOf(query)
        .map(({ isNot, any }) =>
          JSON.stringify([isNot, any.map(({ sql, listed }) => JSON.stringify([sql, listed])).sort()]),
        )
        .sort();
    fc.assert(
      fc.property(queries, (query) => {
        const parsed = parseQueryText(queryText(query), { place: 'record' });
        if (!parsed.ok) throw new Error(parsed.error.message);
        expect([parsed.value.from, conditions(parsed.value)]).toEqual([query.from, conditions(query)]);
        expect(queryText(parsed.value)).toBe(queryText(query));
      }),
    );
  });

  test('is printed the same whatever the order it was asked in', () => {
    expect(queryText({ team: 'ops', agent: 'a b' })).toBe('agent:"a b" team:ops');
    const text = (line: string): string => {
      const query = read(line);
      return typeof query === 'string' ? query : queryText(query);
    };
    expect(text('-server:dev agent:b agent:a team:x -decision:allow')).toBe(
      text('team:x agent:a -decision:allow agent:b -upstream:dev'),
    );
  });

  test('knows every filter that there is', () => {
    for (const filter of Object.keys(CALL_FILTERS))
      expect(read(`${filter}:§`)).not.toEqual(expect.stringContaining('there is no key'));
  });
});

describe('a cursor', () => {
  test('leads back to its place in its own search only', () => {
    const query = { agent: 'invoice' };
    const cursor = cursorOf(query, 1234);
    expect(cursor).toMatch(/^[A-Za-z0-9_-]{16}$/);
    expect(placeIn(cursor, query)).toBe(1234);
    expect(placeIn(cursor, { agent: 'other' })).toBeNull();
  });

  test('that was altered is refused, or leads elsewhere in the same list', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 20 }), (text) => {
        const place = placeIn(text, {});
        expect(place === null || (Number.isSafeInteger(place) && place >= 0)).toBe(true);
      }),
    );
    expect(placeIn(`${cursorOf({}, 1)}=`, {})).toBeNull();
  });
});
