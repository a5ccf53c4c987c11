import { expect, test } from 'vitest';
import { byNeed, checkSign, differencePhrase } from './wording.ts';

const item = (what: 'policy' | 'file', change: 'added' | 'removed' | 'changed') => ({ what, change });

test.each([
  [[], null],
  [[item('policy', 'added')], '1 policy added'],
  [
    [item('policy', 'changed'), item('policy', 'added'), item('policy', 'added'), item('file', 'removed')],
    '2 policies added, 1 changed; 1 other file removed',
  ],
])('a difference in a phrase: %j', (items, phrase) => {
  expect(differencePhrase(items)).toBe(phrase);
});

const found = (severity: 'error' | 'warning', line: number) => ({
  severity,
  file: 'a.cedar',
  line,
  column: 1,
  message: '',
});

test('how a draft stands counts errors, and warnings only where there are none', () => {
  expect(checkSign({ ok: true, diagnostics: [] })).toEqual({ tone: 'allow', label: 'Valid' });
  expect(checkSign({ ok: true, diagnostics: [found('warning', 1)] })).toEqual({
    tone: 'warn',
    label: 'Valid, 1 warning',
  });
  expect(checkSign({ ok: false, diagnostics: [found('warning', 1), found('error', 2)] })).toEqual({
    tone: 'deny',
    label: '1 error',
  });
  expect(checkSign({ ok: false, diagnostics: [] }).label).toBe('Not valid');
});

test('errors come before warnings', () => {
  const all = [found('warning', 1), found('error', 9), found('error', 3)];
  expect(byNeed(all).map(({ line }) => line)).toEqual([9, 3, 1]);
});
