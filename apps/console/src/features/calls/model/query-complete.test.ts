import { describe, expect, test } from 'vitest';
import type { FacetValue } from './facets.ts';
import { completions } from './query-complete.ts';
import { type Key, readQuery } from './query.ts';

const value = (name: string, count: number): FacetValue => ({
  value: name,
  isPrefix: false,
  label: name,
  count,
});
const VALUES: Partial<Readonly<Record<Key, readonly FacetValue[]>>> = {
  agent: [value('clerk', 9), value('mail bot', 3), value('worker', 1)],
  tool: [value('payments/pay', 4)],
  outcome: [{ ...value('denied', 2), label: 'Denied' }],
};
const offered = (draft: string, cursor = draft.length) =>
  completions(
    draft,
    cursor,
    (key) => VALUES[key] ?? [],
    (calls) => `${calls} calls`,
  );
const drafts = (draft: string, cursor?: number) => offered(draft, cursor).map((each) => each.draft);

describe('what may come next', () => {
  test('is any key where nothing is typed yet, and those that begin so', () => {
    expect(offered('').map(({ label }) => label)).toContain('latency:');
    expect(drafts('ag')).toEqual(['agent:']);
    expect(drafts('agent:clerk -t')).toEqual([
      'agent:clerk -tool:',
      'agent:clerk -team:',
      'agent:clerk -trace:',
      'agent:clerk -text:',
    ]);
    expect(drafts('agent:clerk|te')).toEqual(['agent:clerk|team:', 'agent:clerk|text:']);
    expect(drafts('label:pii &la')).toEqual(['label:pii &label:', 'label:pii &latency:']);
  });

  test('is a value that occurs, with how many calls have it, or the beginning that is typed', () => {
    expect(offered('agent:cl')).toEqual([
      { draft: 'agent:clerk ', label: 'clerk', hint: '9 calls' },
      { draft: 'agent:cl* ', label: 'cl*', hint: 'whatever begins so' },
    ]);
    expect(drafts('-tool:pay')).toContain('-tool:payments/pay ');
    expect(drafts('team:a|agent:wo')).toContain('team:a|agent:worker ');
    expect(drafts('&agent:wo')).toContain('&agent:worker ');
  });

  test('is a word of ours also where it does not occur', () => {
    expect(offered('outcome:d')[0]).toEqual({ draft: 'outcome:denied ', label: 'Denied', hint: '2 calls' });
    expect(drafts('approval:rej')).toEqual(['approval:rejected ']);
    expect(drafts('latency:>5')).toEqual(['latency:>500ms ', 'latency:>5s ']);
  });

  test('is put where the cursor is, and what follows is kept', () => {
    expect(drafts('agent:cl team:ops', 8)).toContain('agent:clerk team:ops');
    expect(drafts('agent:mail', 10)).toContain('agent:"mail bot" ');
  });

  test('is nothing within words that are quoted, and for keys that there are not', () => {
    expect(drafts('"agent:c')).toEqual([]);
    expect(drafts('nothing:c')).toEqual([]);
  });

  test('can always be read', () => {
    for (const draft of [
      'agent:m',
      'tool:',
      'outcome:',
      'approval:',
      'latency:',
      'protocol:',
      '-agent:',
      '&agent:m',
      'team:a|agent:m',
    ])
      for (const each of drafts(draft)) expect([each, readQuery(each).faults]).toEqual([each, []]);
  });
});
