import { expect, test } from 'vitest';
import type { AuthenticatedCall } from '../../pipeline/types.ts';
import { rawBody } from '../http.ts';
import { type RetryEdits, withRetryEdits } from './retry-edits.ts';

const BODY =
  '{"jsonrpc":"2.0", "id":1,"method":"tools/call","params":{"name":"t","arguments":{"n":1.0},"inputResponses":{"a":{"x": 1.50},"b":7},"requestState":"sealed","_meta":{"k":1}}}';

function edited(edits: Partial<RetryEdits>, body = BODY) {
  const call = { outbound: rawBody(Buffer.from(body)) } as unknown as AuthenticatedCall;
  const after = withRetryEdits(call, { inner: null, unasked: new Set(), isBare: false, ...edits });
  return { ...after, sent: Buffer.from(after.outbound.bytes).toString('utf8') };
}

test('the server gets its own state in the place of the sealed one; every other byte stays', () => {
  const { sent, outbound } = edited({ inner: 'its "own"' });
  expect(sent).toBe(BODY.replace('"sealed"', String.raw`"its \"own\""`));
  expect(outbound.sha256).toBe(rawBody(outbound.bytes).sha256);
});

test('a server that gave no state gets none', () => {
  expect(edited({}).sent).toBe(BODY.replace(',"requestState":"sealed"', ''));
});

test('answers that nobody asked for are cut out, and where none is left, all of it', () => {
  expect(edited({ inner: 's', unasked: new Set(['b']) }).sent).toContain(
    '"inputResponses":{"a":{"x": 1.50}},"requestState":"s"',
  );
  expect(edited({ inner: 's', unasked: new Set(['a', 'b']), isBare: true }).sent).not.toContain(
    'inputResponses',
  );
});

test('policy and people see the answers that go on, with their digits, and no state at all', () => {
  const { message, said } = edited({ inner: 'own', unasked: new Set(['b']) });
  expect(message?.paramsText).toBe(
    '{"name":"t","arguments":{"n":1.0},"inputResponses":{"a":{"x": 1.50}},"_meta":{"k":1}}',
  );
  expect(message?.params).not.toHaveProperty('requestState');
  expect(said).toEqual({ input: '{"n":1.0}', meta: '{"k":1}', inputResponses: '{"a":{"x": 1.50}}' });
  expect(edited({ unasked: new Set(['a', 'b']), isBare: true }).said).not.toHaveProperty('inputResponses');
});
