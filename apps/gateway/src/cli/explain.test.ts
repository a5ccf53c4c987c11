import { expect, test } from 'vitest';
import type { Why } from '../admin/client.ts';
import { whyLines } from './explain.ts';

const NOTHING: Why = {
  determining: [],
  guards: [],
  unrepresentable: [],
  errors: [],
  obligations: { labels: [], redact: [], mask: [] },
  nearest: [],
} as unknown as Why;

const permit = {
  id: 'clerks-pay',
  effect: 'permit',
  file: 'a.cedar',
  line: 1,
  column: 1,
  description: null,
  owner: null,
  text: 'permit (principal, action, resource) when { false };',
  reads: [],
} as const;

test('a denial by default says that no policy permits the call', () => {
  expect(whyLines(NOTHING)).toEqual(['', 'no policy permits this']);
});

test('and which permits came closest, with what did not hold', () => {
  const lines = whyLines({ ...NOTHING, nearest: [{ ...permit, reads: [], failed: ['false'] }] });
  expect(lines).toContain('no policy permits this; these came closest:');
  expect(lines).toContain('  did not hold: false');
  expect(lines.filter((line) => line.startsWith('no policy'))).toHaveLength(1);
});

test('what a policy said needs no such sentence', () => {
  expect(whyLines({ ...NOTHING, determining: [{ ...permit, reads: [] }] }).join()).not.toContain('no policy');
  const failed = { ...NOTHING, errors: [{ policy: 'p', message: 'overflow' }] };
  expect(whyLines(failed).join()).not.toContain('no policy');
});
