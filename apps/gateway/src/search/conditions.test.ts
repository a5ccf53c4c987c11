import { ENTRY_KINDS } from '@countersign/audit';
import { describe, expect, test } from 'vitest';
import { columnsOfConditions, conditionsAsked, meets } from './conditions.ts';
import { KEYS, TIMES } from './language/keys.ts';
import { readQuery } from './language/read.ts';
import { wordsOf } from './language/values.ts';
import { termOf } from './words.ts';

const conditions = (line: string) => conditionsAsked(readQuery(line).query);

describe('what is asked', () => {
  test('becomes conditions: of a key any of its values, and each for itself what is not wanted, or wanted as well', () => {
    const parsed = conditions(
      'agent:a -server:dev agent:b state:held|reason:grant_redeemed &agent:a latency:>2s latency:<3s',
    );
    expect(parsed.map(({ isNot, any }) => [isNot, any.length])).toEqual([
      [false, 2],
      [true, 1],
      [false, 2],
      [false, 1],
      [false, 1],
      [false, 1],
    ]);
    const is = (row: Readonly<Record<string, string | number | null>>) =>
      meets(
        parsed,
        columnsOfConditions(parsed).map((column) => row[column] ?? null),
      );
    const call = { agent: 'a', upstream: 'prod', state: 'held', reason: 'guarded', duration_us: 2_000_001 };
    expect(is(call)).toBe(true);
    expect(is({ ...call, agent: 'b' })).toBe(false);
    expect(is({ ...call, state: 'open' })).toBe(false);
    expect(is({ ...call, state: 'open', reason: 'grant_redeemed' })).toBe(true);
    expect(is({ ...call, upstream: 'dev' })).toBe(false);
    expect(is({ ...call, upstream: null })).toBe(true);
    expect(is({ ...call, duration_us: 2_000_000 })).toBe(false);
    expect(is({ ...call, duration_us: 3_000_000 })).toBe(false);
  });

  test('looks for a word once, however often it is asked for', () => {
    const repeated = Array.from({ length: 60 }, () => 'pay').join(' ');
    const [text, ...more] = conditions(`${repeated} "${repeated}" "Pay crm" -text:"ok ok"`);
    expect(text?.any.map(({ sql, listed }) => [sql?.values, listed?.[0]?.length])).toEqual([
      [['%pay%', '%crm%'], 2],
    ]);
    expect(more.map(({ isNot, any }) => [isNot, any.map(({ sql }) => sql?.values)])).toEqual([
      [true, [['%ok%']]],
    ]);
  });

  test.each(Object.keys(KEYS).filter((key) => !TIMES.has(key as keyof typeof KEYS)))(
    'can be compared with a call, whichever key it names: %s',
    (key) => {
      const [word = key === 'latency' ? '>1s' : key === 'trace' ? 'a'.repeat(32) : 'x'] = wordsOf(
        key as keyof typeof KEYS,
      );
      expect(conditions(`${key}:${word}`)).toHaveLength(1);
    },
  );

  test('may leave calls out by the index where no two values share a term', () => {
    const { reason, operation, decision, protocol } = ENTRY_KINDS['call.decided'].body;
    const { outcome } = ENTRY_KINDS['call.completed'].body;
    const states = ['denied', 'held', 'open', 'completed', 'unknown'];
    for (const values of [
      reason.values,
      operation.values,
      decision.values,
      protocol.values,
      outcome.values,
      states,
    ])
      expect(new Set(values.map(termOf)).size).toBe(values.length);
  });
});
