import { expect, test } from 'vitest';
import { FAILURES, signInPath, takeSignIn } from './sign-in-fragment.ts';
import { failureText } from '../text.ts';

test('takes out of the fragment what came of a sign-in', () => {
  expect(takeSignIn('#sign-in=done')).toEqual({ came: 'done', rest: '' });
  expect(takeSignIn('#a=1&sign-in=no_role')).toEqual({ came: 'no_role', rest: '#a=1' });
});

test.each(['', '#', '#token=x', '#signin=done'])('finds nothing in %j', (fragment) => {
  expect(takeSignIn(fragment)).toBeNull();
});

test('shows no word that a stranger may have written', () => {
  expect(takeSignIn('#sign-in=Call+0900+123')).toEqual({ came: 'provider_error', rest: '' });
});

test('leads back to where the person is', () => {
  expect(signInPath('/start', { returnTo: '/approvals?tab=open' })).toBe(
    '/start?return=%2Fapprovals%3Ftab%3Dopen',
  );
  expect(signInPath('/start', { returnTo: '/', fresh: true })).toBe('/start?return=%2F&fresh=true');
});

test('says of every failure what it is and what to do', () => {
  const texts = FAILURES.map((failure) => failureText(failure));
  expect(new Set(texts).size).toBe(FAILURES.length);
  for (const said of texts) expect(said.length).toBeGreaterThan(40);
});
