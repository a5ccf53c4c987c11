import { describe, expect, test } from 'vitest';
import { answeredBody, openKeys, questionsText, roundOf, type HeldRound } from './round.ts';

const question = (message: string) => ({ method: 'elicitation/create', params: { message } });
const asking = (inputRequests: object, more: object = {}) =>
  Buffer.from(
    JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      result: { resultType: 'input_required', inputRequests, requestState: 's', ...more },
    }),
  );

function round(inputRequests: object, number = 1): HeldRound {
  const read = roundOf(asking(inputRequests), number);
  if (read === null) throw new Error('no round');
  return read;
}

describe('the questions of a held call', () => {
  test('are told under their own keys, and in later rounds under keys that were not used before', () => {
    const first = round({ pin: question('?'), name: question('who?') });
    expect(JSON.parse(questionsText(first) ?? '')).toEqual({ pin: question('?'), name: question('who?') });
    expect(openKeys(round({ pin: question('again?') }, 2))).toEqual(['2:pin']);
  });

  test('are told as long as they are not answered', () => {
    const first = round({ pin: question('?'), name: question('who?') });
    const half = { ...first, answers: { pin: '{"action":"accept"}' } };
    expect(openKeys(half)).toEqual(['name']);
    expect(questionsText({ ...half, answers: { ...half.answers, name: '{}' } })).toBeNull();
  });

  test('keep the digits of their numbers', () => {
    const text =
      '{"jsonrpc":"2.0","id":1,"result":{"resultType":"input_required","inputRequests":{"a":{"n":1.50}},"requestState":"s"}}';
    expect(questionsText(roundOf(Buffer.from(text), 1) as HeldRound)).toBe('{"a":{"n":1.50}}');
  });

  test.each([
    ['a result', Buffer.from('{"jsonrpc":"2.0","id":1,"result":{"content":[]}}')],
    ['questions without a state', asking({ a: question('?') }, { requestState: null })],
    ['no JSON', Buffer.from('hello')],
  ])('are none in %s', (_, message) => {
    expect(roundOf(message, 1)).toBeNull();
  });
});

test('the call comes again with the answers under the keys of its server, and else as it was', () => {
  const body = Buffer.from(
    '{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"pay","arguments":{"n":1.50}}}',
  );
  const answered = {
    ...round({ pin: question('?') }, 3),
    answers: { '3:pin': '{"action":"accept","n":2.0}' },
  };
  expect(Buffer.from(answeredBody(body, answered)).toString()).toBe(
    '{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"pay","arguments":{"n":1.50},' +
      '"requestState":"s","inputResponses":{"pin":{"action":"accept","n":2.0}}}}',
  );
});
