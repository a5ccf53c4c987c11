import { printQuery, readQuery } from '@countersign/gateway/search/language';
import { expect, test } from 'vitest';
import { askedCalls, exportRequest, formatsFor, type Wanted } from './export-request.ts';

const all = { q: null, from: null, to: null };
const chosen = { format: 'csv', isAll: false, reason: 'audit' } as const;

/** The line of an export that is asked for with this. */
function line(wanted: Wanted): string {
  const asked = askedCalls(wanted);
  if (!asked.ok) throw new Error(asked.why);
  return asked.line;
}

test('an export asks for exactly what the list shows', () => {
  const narrowed = { q: '-server:"a b" x -y tool:github/*', from: '2026-01-01T00:00:00.000Z', to: null };
  expect(exportRequest(line(narrowed), chosen)).toEqual({
    format: 'csv',
    calls: '-server:"a b" x -text:y tool:"github/"* from:2026-01-01T00:00:00.000Z',
    reason: 'audit',
  });
  expect(exportRequest(line(all), { ...chosen, isAll: true })).toEqual({
    format: 'csv',
    calls: '',
    disclose: 'all',
    reason: 'audit',
  });
});

test('what the list asks for is what its export asks for, whatever is in its values', () => {
  const { query } = readQuery('resource:"https://h/p?a=1&b:c"');
  const q = printQuery(query);
  expect(line({ ...all, q })).toBe('resource:"https://h/p?a=1&b:c"');
});

const names = Array.from({ length: 60 }, (_, at) => `agent:${'a'.repeat(24)}${at + 10}*`);

test.each([
  ['with a fault', 'agnet:clerk', 'agnet:clerk', 'did you mean agent?'],
  ['that is too long', 'x'.repeat(2049), `${'x'.repeat(60)}…`, 'longer than 2048'],
  ['that is too long as a record spells it', names.join(' '), 'agent:"aaaa', 'longer than 2048'],
])(
  'a query %s is exported by nothing, least of all by a line that asks for every call',
  (_, q, part, why) => {
    expect(askedCalls({ ...all, q })).toEqual({
      ok: false,
      part: expect.stringContaining(part),
      why: expect.stringContaining(why),
    });
  },
);

test('a bundle is of the whole log, and not offered for a part that it could not state', () => {
  expect(exportRequest(line(all), { ...chosen, format: 'bundle' })).toEqual({
    format: 'bundle',
    reason: 'audit',
  });
  expect(formatsFor(all)).toContain('bundle');
  expect(formatsFor({ ...all, q: 'x' })).not.toContain('bundle');
});
