import { expect, test } from 'vitest';
import type { ClearedCall } from '../../pipeline/types.ts';
import { rawBody } from '../http.ts';
import { redeemed as redeemedWith } from './redeem.ts';

const call = (body: string, approval: string | null) =>
  ({
    id: 'call_1',
    approval,
    outbound: rawBody(Buffer.from(body)),
    http: { headers: new Map([['mcp-param-more', 'x']]) },
  }) as unknown as ClearedCall;
const redeemed = (from: ClearedCall) => redeemedWith(from, null);
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
  expect(redeemed(call(BODY, null))).toEqual(call(BODY, null));
});

test('no size of a call lets what the grant does not cover pass', () => {
  const many = Array.from({ length: 20_000 }, (_, i) => `"k${i}":${i}`).join(',');
  const big = `{"params":{"arguments":{${many}},"_meta":{"baggage":"secret"}}}`;
  expect(text(redeemed(call(big, 'apr_1')))).toBe(`{"params":{"arguments":{${many}},"_meta":{}}}`);
});

test('a header that repeats no argument is not sent', () => {
  expect(redeemed(call(BODY, 'apr_1')).http.headers.size).toBe(0);
});
