import { describe, expect, it } from 'vitest';
import { explorationText, parseExploration } from './explore.ts';

const read = (line: string, texts: Record<string, string> = {}) => {
  const parsed = parseExploration(line, texts);
  return parsed.ok ? parsed.value : parsed.error.message;
};

describe('a line to look around with', () => {
  it('reads filters and words as the plain query does', () => {
    expect(read('agent:invoice decision:deny "no permit"')).toEqual({
      agent: 'invoice',
      decision: 'deny',
      text: 'no permit',
    });
  });

  it('takes a filter that is named twice for any of its values, and one with a minus for none', () => {
    expect(read('agent:a agent:b -upstream:dev -upstream:test -refunds outcome:ok')).toEqual({
      outcome: 'ok',
      any: [
        { filter: 'agent', value: 'a' },
        { filter: 'agent', value: 'b' },
      ],
      not: [
        { filter: 'upstream', value: 'dev' },
        { filter: 'upstream', value: 'test' },
        { filter: 'text', value: 'refunds' },
      ],
    });
  });

  it('says the same whatever the order it was asked in, and reads back what it says', () => {
    const text = (line: string): string => {
      const parsed = parseExploration(line);
      return parsed.ok ? explorationText(parsed.value) : parsed.error.message;
    };
    const said = text('-upstream:dev agent:b agent:a team:x -decision:allow');
    expect(said).toBe(text('team:x agent:a -decision:allow agent:b -upstream:dev'));
    expect(text(said)).toBe(said);
  });

  it.each([
    ['agnet:x', 'there is no filter `agnet`'],
    ['-agnet:x', 'there is no filter `agnet`'],
    ['-constructor:x', 'there is no filter `constructor`'],
    ['decision:allow decision:perhaps', '`decision` is `perhaps`'],
    ['-decision:perhaps', '`decision` is `perhaps`'],
    ['-from:2026-01-01T00:00:00Z', '`from` cannot be excluded'],
    ['from:2026-01-01T00:00:00Z from:2026-01-02T00:00:00Z', '`from` cannot have several values'],
    ['agent:"x', 'cannot be read from'],
    ['agent:', 'cannot be read from'],
    ['agent:x '.repeat(51), 'more than 50 parts'],
  ])('refuses %j and says why', (line, message) => {
    expect(read(line)).toContain(message);
  });

  it('refuses a filter that is given in the line and beside it', () => {
    expect(read('agent:a', { agent: 'b' })).toContain('`agent` is given twice');
  });
});
