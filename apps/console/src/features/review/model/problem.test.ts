import { expect, test } from 'vitest';
import { ApiError } from '../../../api/error.ts';
import { approvalProblem, changeProblem } from './problem.ts';

test('a refused review is told in words for what was reviewed, with what the gateway said', () => {
  const error = new ApiError(403, 'not_a_reviewer', '`omar` asked for this');
  expect(approvalProblem(error)).toEqual({
    title: 'You may not review this call',
    detail: '`omar` asked for this',
  });
  expect(changeProblem(error).title).toBe('You may not review this change');
  expect(approvalProblem(new ApiError(409, 'not_pending', 'x')).title).toBe('This request is no longer open');
});

test('what is not known is told as it came, and claims nothing about the verdict', () => {
  const title = 'The verdict was not taken';
  expect(changeProblem(new Error('boom'))).toEqual({ title, detail: 'boom' });
  expect(changeProblem(new ApiError(500, 'constructor', 'boom')).title).toBe(title);
});
