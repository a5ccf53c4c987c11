import { describe, expect, it } from 'vitest';

import { a2aProblemsOf, a2aShrunk } from './a2a-differs.ts';
import { normalised } from './a2a-normal.ts';
import type { A2aFinding } from './a2a-prove.ts';
import { renderA2a } from './a2a-report.ts';

const finding = (operation: string, through: string): A2aFinding => ({
  operation,
  way: 'JSONRPC 1.0',
  direct: '{"result":{"id":"<id 1>"}}',
  through,
});
const SAME = finding('same', '{"result":{"id":"<id 1>"}}');
const OTHER = finding('other', '{"result":{"error":"TaskNotFoundError"}}');
const LISTED = { 'JSONRPC 1.0': { other: 'because' } };

describe('the list of what differs in A2A', () => {
  it('takes a difference that it names, and no other', () => {
    expect(a2aProblemsOf([SAME, OTHER], LISTED)).toEqual([]);
    expect(a2aProblemsOf([SAME, OTHER], {})).toEqual([expect.stringContaining('JSONRPC 1.0: other was')]);
  });

  it('must not name what does not differ, or is not there', () => {
    const more = {
      'JSONRPC 1.0': { ...LISTED['JSONRPC 1.0'], same: 'x', gone: 'x' },
      'SOAP 1.0': { same: 'x' },
    };
    expect(a2aProblemsOf([SAME, OTHER], more)).toEqual([
      'JSONRPC 1.0: same does not differ any more: take it out of the list',
      'the list names `JSONRPC 1.0: gone`, which there is none of',
      'the list names `SOAP 1.0: same`, which there is none of',
    ]);
    expect(a2aShrunk([SAME, OTHER], more)).toEqual(LISTED);
  });

  it('is told with the reasons', () => {
    expect(renderA2a([SAME, OTHER], LISTED)).toContain(
      '| other | JSONRPC 1.0 | result | TaskNotFoundError | because |',
    );
    expect(renderA2a([SAME], {})).toContain('No result differs.');
  });
});

describe('a normalised result', () => {
  const [one, two] = ['0c1b9a3e-0000-4000-8000-000000000001', '0c1b9a3e-0000-4000-8000-000000000002'];

  it('keeps which identifier is which', () => {
    expect(normalised([one, two, one])).toBe(normalised([two, one, two]));
    expect(normalised([one, two, one])).not.toBe(normalised([one, two, two]));
  });

  it('does not tell times, addresses and page tokens apart, and nothing else alike', () => {
    const told = (at: string, url: string, nextPageToken: string) => normalised({ at, url, nextPageToken });
    const first = told('2026-01-01T00:00:00.000Z', 'http://127.0.0.1:1/a', 'x');
    expect(told('2027-01-01T00:00:00.123Z', 'http://127.0.0.1:2/b', 'y')).toBe(first);
    expect(told('2027-01-01T00:00:00.123Z', 'http://127.0.0.1:2/b', '')).not.toBe(first);
    expect(normalised({ n: 1 })).not.toBe(normalised({ n: 2 }));
  });
});
