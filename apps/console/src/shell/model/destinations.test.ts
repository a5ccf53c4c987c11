import { expect, test } from 'vitest';
import { destinationsFor } from './destinations.ts';

const roles = ['viewer'];
const hex = '0123456789abcdef0123456789abcdef';

test('an id leads to what it names, however it was pasted', () => {
  expect(destinationsFor(` call_${hex}\n`, roles)).toEqual([
    { label: `Call call_${hex}`, path: `/calls/call_${hex}` },
  ]);
});

test('a part of a name leads to its pages', () => {
  expect(destinationsFor('APPR', roles).map(({ path }) => path)).toEqual(['/approvals']);
  expect(destinationsFor('', roles).length).toBeGreaterThan(2);
});

test('the settings are led to for those who may open them', () => {
  expect(destinationsFor('settings', roles)).toEqual([]);
  expect(destinationsFor('settings', ['admin']).map(({ path }) => path)).toEqual(['/settings']);
});

test.each(['call_1', `call_${hex}/../x`, 'javascript:alert(1)'])('`%s` leads nowhere', (typed) => {
  expect(destinationsFor(typed, roles)).toEqual([]);
});
