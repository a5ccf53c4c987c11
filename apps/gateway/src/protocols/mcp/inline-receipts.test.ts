import { expect, test } from 'vitest';
import type { RecordedCall } from '../../pipeline/types.ts';
import { inlineReceipts, RECEIPT_META } from './inline-receipts.ts';

const deps = { receipts: { issueLine: async (_call: string, kind: string) => `${kind}-line` } };
const entry = { index: 1, leaf: '', time: 0 };
const call = (receipts: 'inline' | 'header', receipt: typeof entry | null = entry) =>
  ({ id: 'call_1', upstream: { receipts }, receipt }) as unknown as RecordedCall;

async function told(
  text: string,
  of = call('inline'),
  completed: typeof entry | null = entry,
): Promise<string> {
  return Buffer.from(await inlineReceipts(of, Buffer.from(text), completed, deps)).toString('utf8');
}

const BOTH = `"${RECEIPT_META}":{"decided":"decided-line","completed":"completed-line"}`;

test('everything else of the answer keeps its bytes', async () => {
  expect(await told('{"id":1, "result":{"n":1.50}, "jsonrpc":"2.0"}')).toBe(
    `{"id":1, "result":{"n":1.50,"_meta":{${BOTH}}}, "jsonrpc":"2.0"}`,
  );
  expect(await told('{"result":{"_meta":{ "a":1e2 },"x":[]}}')).toBe(
    `{"result":{"_meta":{ "a":1e2,${BOTH} },"x":[]}}`,
  );
  expect(await told('{"result":{}}')).toBe(`{"result":{"_meta":{${BOTH}}}}`);
});

test('what the server itself puts there is replaced', async () => {
  expect(await told(`{"result":{"_meta":{"${RECEIPT_META}":"forged"}}}`)).toBe(
    `{"result":{"_meta":{${BOTH}}}}`,
  );
});

test('without an outcome on record, there is no receipt of one', async () => {
  expect(await told('{"result":{}}', call('inline'), null)).toBe(
    `{"result":{"_meta":{"${RECEIPT_META}":{"decided":"decided-line"}}}}`,
  );
});

test.each([
  ['an error', '{"error":{"code":1,"message":"x"}}'],
  ['a result that is no object', '{"result":7}'],
  ['`_meta` that is no object', '{"result":{"_meta":"x"}}'],
  ['no message', 'x'],
])('%s stays as it is', async (_case, text) => {
  expect(await told(text)).toBe(text);
});

test('nothing is added unless the manifest says so, nor to what is only counted', async () => {
  expect(await told('{"result":{}}', call('header'))).toBe('{"result":{}}');
  expect(await told('{"result":{}}', call('inline', null))).toBe('{"result":{}}');
});
