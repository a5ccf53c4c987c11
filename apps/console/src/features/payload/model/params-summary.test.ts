import { expect, test } from 'vitest';
import { summarizeParams } from './params-summary.ts';

test('names the arguments of a tool call, numbers as they were sent', () => {
  const params = '{"name":"pay","arguments":{"vendor":"acme","amount":12345678901234567890},"_meta":{}}';
  expect(summarizeParams(params)).toBe('vendor "acme", amount 12345678901234567890');
});

test('keeps nested values', () => {
  expect(summarizeParams('{"arguments":{"to":{"iban":"x"},"tags":["a","b"]}}')).toBe(
    'to {iban "x"}, tags ["a", "b"]',
  );
});

test('is not led astray by a string that reads like a key', () => {
  expect(summarizeParams('{"name":"arguments","x":{"a":1}}')).toBe('{"name":"arguments","x":{"a":1}}');
});

test.each(['{"message":{"parts":[]}}', '', 'not json'])('shows %j as it is', (params) => {
  expect(summarizeParams(params)).toBe(params);
});

test('does not read more of a long text than a line can show', () => {
  expect(summarizeParams(`{"arguments":{"a":"${'x'.repeat(10_000)}"}}`).length).toBeLessThanOrEqual(2000);
});
