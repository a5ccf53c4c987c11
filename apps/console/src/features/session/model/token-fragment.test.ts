import { expect, test } from 'vitest';
import { takeToken } from './token-fragment.ts';

test('takes the token out of the fragment', () => {
  expect(takeToken('#token=cst_abc')).toEqual({ token: 'cst_abc', rest: '' });
});

test('keeps the other members of the fragment', () => {
  expect(takeToken('#a=1&token=cst_abc')).toEqual({ token: 'cst_abc', rest: '#a=1' });
});

test('takes every token, so that none stays in the address', () => {
  expect(takeToken('#token=one&token=two')).toEqual({ token: 'one', rest: '' });
});

test.each(['', '#', '#token=', '#token=%20', '#tokens=x', '#calls'])('finds no token in %j', (fragment) => {
  expect(takeToken(fragment)).toBeNull();
});
