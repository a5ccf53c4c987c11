import { expect, test } from 'vitest';
import { obstacleOf } from './obstacle.ts';

const draft = { base: { digest: 'now', version: 1 } };
const check = { ok: true, digest: 'next', policies: 1, diagnostics: [], difference: [], base: 'now' };
const checked = { check, isChecking: false };

test('a draft that validates, differs and replaces what its author saw can be proposed', () => {
  expect(obstacleOf(draft, checked, 'now')).toBeNull();
  expect(obstacleOf({ base: { digest: null, version: null } }, checked, null)).toBeNull();
});

test.each([
  ['moved', checked, 'another'],
  ['unchecked', { ...checked, isChecking: true }, 'now'],
  ['unchecked', { check: undefined, isChecking: false }, 'now'],
  ['invalid', { ...checked, check: { ...check, ok: false, digest: null } }, 'now'],
  ['same', { ...checked, check: { ...check, digest: 'now' } }, 'now'],
] as const)('what stands in its way otherwise: %s', (obstacle, state, inForce) => {
  expect(obstacleOf(draft, state, inForce)).toBe(obstacle);
});
