import { DetailedError } from 'hono/client';
import { expect, test } from 'vitest';
import { ApiError, asApiError } from './error.ts';

const answered = (status: number, data: unknown): DetailedError =>
  new DetailedError(`${status} Status`, { statusCode: status, detail: { data, statusText: 'Status' } });

test('keeps the code and the words of the gateway', () => {
  const error = asApiError(answered(403, { error: { code: 'not_a_reviewer', message: 'not in `finance`' } }));
  expect(error).toMatchObject({ status: 403, code: 'not_a_reviewer', message: 'not in `finance`' });
});

test.each([undefined, '<html>', {}, { error: null }, { error: { code: 1, message: 2 } }])(
  'says that something else answered: %j',
  (data) => {
    expect(asApiError(answered(502, data))).toMatchObject({
      status: 502,
      code: 'unexpected_answer',
      message: 'the gateway answered 502 Status',
    });
  },
);

test('calls a gateway that gives no answer unreachable', () => {
  expect(asApiError(new TypeError('Failed to fetch'))).toMatchObject({ status: 0, code: 'unreachable' });
});

test('passes on what is an answer already, or was aborted', () => {
  const refused = new ApiError(404, 'not_found', 'no such call');
  const aborted = new DOMException('aborted', 'AbortError');
  expect(asApiError(refused)).toBe(refused);
  expect(asApiError(aborted)).toBe(aborted);
});
