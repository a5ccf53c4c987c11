import { expect, test } from 'vitest';
import { exportRequest, formatsFor } from './export-request.ts';

const all = { q: null, from: null, to: null };
const chosen = { format: 'csv', isAll: false, reason: 'audit' } as const;

test('an export asks for exactly what the list shows', () => {
  const narrowed = { q: '-server:"a b" x -y tool:github/*', from: '2026-01-01T00:00:00.000Z', to: null };
  expect(exportRequest(narrowed, chosen)).toEqual({
    format: 'csv',
    calls: '-server:"a b" x -text:y tool:"github/"* from:2026-01-01T00:00:00.000Z',
    reason: 'audit',
  });
  expect(exportRequest(all, { ...chosen, isAll: true })).toEqual({
    format: 'csv',
    calls: '',
    disclose: 'all',
    reason: 'audit',
  });
});

test('a bundle is of the whole log, and not offered for a part that it could not state', () => {
  expect(exportRequest(all, { ...chosen, format: 'bundle' })).toEqual({ format: 'bundle', reason: 'audit' });
  expect(formatsFor(all)).toContain('bundle');
  expect(formatsFor({ ...all, q: 'x' })).not.toContain('bundle');
});
