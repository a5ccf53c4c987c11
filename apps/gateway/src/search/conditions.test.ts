import { ENTRY_KINDS } from '@countersign/audit';
import { describe, expect, test } from 'vitest';
import { meets, parseConditions } from './conditions.ts';
import { termOf } from './words.ts';

describe('further conditions', () => {
  test('are read one after another, turned round by `-`, with alternatives by `|`', () => {
    const parsed = parseConditions(' -upstream:dev  state:held|reason:"grant_redeemed" latency:>2s ');
    if (!parsed.ok) throw new Error(parsed.message);
    expect(parsed.value.map(({ isNot, any }) => [isNot, any.length])).toEqual([
      [true, 1],
      [false, 2],
      [false, 1],
    ]);
    expect(meets(parsed.value, ['prod', 'held', 'guarded', 2_000_001])).toBe(true);
    expect(meets(parsed.value, ['prod', 'open', 'guarded', 2_000_001])).toBe(false);
    expect(meets(parsed.value, ['dev', 'held', 'guarded', 2_000_001])).toBe(false);
    expect(meets(parsed.value, [null, 'held', 'guarded', 2_000_000])).toBe(false);
  });

  test.each([
    ['agnet:x', 'agnet'],
    ['constructor:x', 'constructor'],
    ['agent', 'agent'],
    ['agent:a||agent:b', '|agent:b'],
    ['agent:"a', 'agent:"a'],
    ['agent:"\\x"', 'JSON'],
    ['latency:2s', '>2s'],
    ['stands:up', 'one of ok'],
    ['policy:a*', 'begins'],
    ['text:…', 'word'],
    ['- agent:a', 'agent:a'],
    [Array.from({ length: 65 }, (_, i) => `agent:${i}`).join('|'), 'more than 64'],
  ])('refuse `%s`, saying `%s`', (line, what) => {
    const parsed = parseConditions(line);
    expect(parsed).toMatchObject({ ok: false, message: expect.stringContaining(what) });
  });

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
