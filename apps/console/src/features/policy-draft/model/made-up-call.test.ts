import { expect, test } from 'vitest';
import { callFaults, EMPTY_CALL, requestOf } from './made-up-call.ts';

test('a call is asked for by the kind of what it is made on, with its digits as they were written', () => {
  const call = {
    ...EMPTY_CALL,
    agent: ' clerk ',
    name: 'payments/pay',
    subject: 'fiona',
    input: '{"amount": 1.10}',
    labels: 'pii, secret',
  };
  expect(requestOf(call)).toEqual({
    agent: 'clerk',
    tool: 'payments/pay',
    subject: 'fiona',
    input: '{"amount": 1.10}',
    labels: ['pii', 'secret'],
  });
  expect(requestOf({ ...EMPTY_CALL, agent: 'a', target: 'callee', name: 'b', input: '' })).toEqual({
    agent: 'a',
    callee: 'b',
  });
});

test('what it cannot be asked without, and arguments that are no object, are told', () => {
  expect(callFaults({ ...EMPTY_CALL, input: '[1]' })).toEqual(['agent', 'name', 'input']);
  expect(callFaults({ ...EMPTY_CALL, agent: 'a', name: 'b', input: '{' })).toEqual(['input']);
  expect(callFaults({ ...EMPTY_CALL, agent: 'a', name: 'b' })).toEqual([]);
});
