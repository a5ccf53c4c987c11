import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
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

describe('a query as a line of text', () => {
  test('takes words without a name as text', () => {
    expect(parseQueryText('agent:invoice refused "by policy" decision:deny')).toEqual({
      ok: true,
      value: { agent: 'invoice', decision: 'deny', text: 'refused by policy' },
    });
    expect(parseQueryText('   ')).toEqual({ ok: true, value: {} });
  });

  test.each([
    ['agent:a agent:b', 'agent'],
    ['agnet:a', 'agnet'],
    ['agent:"a', 'query'],
    ['agent:"\\x"', 'query'],
    ['"a"b', 'query'],
    ['agent:', 'query'],
  ])('refuses `%s`, naming `%s`', (line, parameter) => {
    expect(parseQueryText(line)).toMatchObject({ ok: false, error: { parameter } });
  });

  const names = ['agent', 'owner', 'team', 'subject', 'upstream', 'resource', 'policy', 'label'] as const;
  const queries: fc.Arbitrary<CallQuery> = fc.record(
    {
      ...Object.fromEntries(
        names.map((name) => [name, fc.string({ minLength: 1, maxLength: 20, unit: 'binary' })]),
      ),
      decision: fc.constantFrom('allow', 'deny', 'hold'),
      from: fc.integer({ min: 0, max: 2_000_000_000_000 }),
    },
    { requiredKeys: [] },
  );

  test('reads back what it printed, whatever names are made of', () => {
    fc.assert(
      fc.property(queries, (query) => {
        expect(parseQueryText(queryText(query))).toEqual({ ok: true, value: query });
      }),
    );
  });

  test('prints the same line whatever the order it was asked in', () => {
    expect(queryText({ team: 'ops', agent: 'a b' })).toBe(queryText({ agent: 'a b', team: 'ops' }));
    expect(queryText({ team: 'ops', agent: 'a b' })).toBe('agent:"a b" team:ops');
  });

  test('knows every filter that there is', () => {
    for (const name of Object.keys(CALL_FILTERS))
      expect(parseQueryText(`${name}:§`)).not.toMatchObject({
        error: { message: expect.stringContaining('no filter') },
      });
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
