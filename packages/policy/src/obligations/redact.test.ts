import { expect, test } from 'vitest';
import type { CedarRequest } from '../decision.ts';
import { parsePath } from './paths.ts';
import { REDACTED, redactedPaths, redactReads, redactRequest } from './redact.ts';

const request: CedarRequest = {
  principal: { type: 'Agent', id: 'secret-agent' },
  action: { type: 'Action', id: 'crm/get' },
  resource: { type: 'Tool', id: 'crm/get' },
  context: {
    input: {
      ssn: '123-45-6789',
      note: 'about 123-45-6789',
      amount: { __extn: { fn: 'decimal', arg: '12.5000' } },
      items: [
        { card: '4111', n: 1 },
        { card: '4222', n: 2 },
      ],
      odd: 'a string where an object was foreseen',
    },
    actors: ['123-45-6789'],
  },
  entities: [
    { uid: { type: 'Agent', id: 'secret-agent' }, attrs: { purpose: '123-45-6789' }, parents: [] },
    {
      uid: { type: 'Members', id: 'meta' },
      attrs: { names: ['a', 'b'] },
      parents: [],
      tags: { a: 'harmless', b: 'ssn 123-45-6789' },
    },
  ],
};
const paths = (...texts: string[]) =>
  texts.map((text) => {
    const read = parsePath(text, 'input');
    if (!read.ok) throw new Error(read.message);
    return read.value;
  });
const repeats = (text: string) => text.includes('123-45-6789');

test('takes out what the paths name, and the caller’s own repetitions of it, but nothing that is not the caller’s', () => {
  const redacted = redactRequest(request, paths('input.ssn', 'input.items[].card', 'input.amount'), repeats);
  expect(redacted.context).toEqual({
    input: {
      ssn: REDACTED,
      note: REDACTED,
      amount: REDACTED,
      items: [
        { card: REDACTED, n: 1 },
        { card: REDACTED, n: 2 },
      ],
      odd: 'a string where an object was foreseen',
    },
    actors: ['123-45-6789'],
  });
  expect(redacted.entities[0]).toEqual(request.entities[0]);
  expect(redacted.entities[1]?.tags).toEqual({ a: 'harmless', b: REDACTED });
});

test('takes out all of a value that has not the form that the path expects', () => {
  const { context } = redactRequest(request, paths('input.odd.name', 'input.items.card'), () => false);
  expect(context['input']).toMatchObject({ odd: REDACTED, items: REDACTED });
});

test('names what is gone, so that a replay does not pretend to know it', () => {
  const redacted = redactRequest(request, paths('input.ssn', 'input.items[].card'), repeats);
  expect(redactedPaths(redacted)).toEqual([
    ['context', 'input', 'ssn'],
    ['context', 'input', 'note'],
    ['context', 'input', 'items'],
    ['context', 'meta'],
  ]);
  expect(redactedPaths(request)).toEqual([]);
});

test('leaves of what a policy read only what may be stored', () => {
  const gone = [
    ['context', 'input', 'ssn'],
    ['context', 'input', 'a.b'],
  ];
  const read = (path: string) => redactReads([{ path, value: 'x' }], gone)[0]?.value;
  expect(read('context.input.ssn')).toEqual(REDACTED);
  expect(read('context.input.ssn.more')).toEqual(REDACTED);
  expect(read('context.input')).toEqual(REDACTED);
  expect(read('context')).toEqual(REDACTED);
  expect(read('context.input["a.b"]')).toEqual(REDACTED);
  expect(read('context.input.ssns')).toBe('x');
  expect(read('principal.risk')).toBe('x');
  expect(redactReads([{ path: 'context.input.ssn' }], gone)).toEqual([{ path: 'context.input.ssn' }]);
});
