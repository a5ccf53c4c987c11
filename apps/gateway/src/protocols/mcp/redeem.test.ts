import { expect, test } from 'vitest';
import type { ClearedCall } from '../../pipeline/types.ts';
import { rawBody } from '../http.ts';
import { redeemed } from './redeem.ts';

const call = (body: string, approval: string | null) =>
  ({ id: 'call_1', approval, outbound: rawBody(Buffer.from(body)) }) as unknown as ClearedCall;
const text = ({ outbound }: ClearedCall) => Buffer.from(outbound.bytes).toString('utf8');

const BODY =
  '{"id":7, "method":"tools/call","params":{"name":"pay","arguments":{"n":1.0},"_meta":{"traceparent":"00-x","kept":1.50,"progressToken":"secret"}}}';

test('what a grant does not cover is taken out or regenerated; every other byte stays', () => {
  expect(text(redeemed(call(BODY, 'apr_1')))).toBe(
    '{"id":7, "method":"tools/call","params":{"name":"pay","arguments":{"n":1.0},"_meta":{"kept":1.50,"progressToken":"call_1"}}}',
  );
});

test('the digest recorded is of what is sent', () => {
  const sent = redeemed(call(BODY, 'apr_1'));
  expect(sent.outbound.sha256).toBe(rawBody(sent.outbound.bytes).sha256);
  expect(sent.outbound.sha256).not.toBe(call(BODY, 'apr_1').outbound.sha256);
});

test('a call that needed no approval is sent as it came', () => {
  expect(text(redeemed(call(BODY, null)))).toBe(BODY);
});
