import { expect, test } from 'vitest';
import type { RecordedCall } from '../../pipeline/types.ts';
import { inlineReceipts, ownMetadata, RECEIPT_EXTENSION } from './inline-receipts.ts';

const deps = { receipts: { issueLine: async (_call: string, kind: string) => `${kind}-line` } };
const entry = { index: 1, leaf: '', time: 0 };
const call = (operation: string, receipts = 'inline') =>
  ({ id: 'call_1', operation, upstream: { receipts }, receipt: entry }) as unknown as RecordedCall;

async function told(text: string, operation = 'a2a:message/send', receipts?: string): Promise<string> {
  const bytes = await inlineReceipts(call(operation, receipts), Buffer.from(text), entry, deps);
  return Buffer.from(bytes).toString('utf8');
}

const BOTH = `"${RECEIPT_EXTENSION}":{"decided":"decided-line","completed":"completed-line"}`;

test.each(['task', 'message', 'statusUpdate', 'artifactUpdate'])('in the metadata of a %s', async (kind) => {
  expect(await told(`{"id":1,"result":{"${kind}":{"id":"a", "x":1.0}}}`)).toBe(
    `{"id":1,"result":{"${kind}":{"id":"a", "x":1.0,"metadata":{${BOTH}}}}}`,
  );
});

test('beside what the agent put there, and in place of what it put there under that name', async () => {
  expect(await told(`{"result":{"message":{"metadata":{"a":1,"${RECEIPT_EXTENSION}":0}}}}`)).toBe(
    `{"result":{"message":{"metadata":{"a":1,${BOTH}}}}}`,
  );
});

test('metadata that is null is none, and what is no object stays', async () => {
  expect(await told('{"result":{"task":{"metadata":null}}}')).toBe(
    `{"result":{"task":{"metadata":{${BOTH}}}}}`,
  );
  expect(await told('{"result":{"task":{"metadata":7}}}')).toBe('{"result":{"task":{"metadata":7}}}');
  expect(await told('{"error":{"code":1}}')).toBe('{"error":{"code":1}}');
});

test('the answer to a cancellation is the task itself', async () => {
  expect(await told('{"result":{"id":"t"}}', 'a2a:task/cancel')).toBe(
    `{"result":{"id":"t","metadata":{${BOTH}}}}`,
  );
});

test('nothing is added unless the manifest says so', async () => {
  expect(await told('{"result":{"task":{}}}', 'a2a:message/send', 'header')).toBe('{"result":{"task":{}}}');
});

test('in a task of the gateway’s own the receipts of the message that it was for stay; an agent’s word there does not', async () => {
  const text = `{"result":{"id":"t","metadata":{"${RECEIPT_EXTENSION}":{"decided":"first"}}}}`;
  const answer = async (isOwn: boolean) =>
    Buffer.from(await inlineReceipts(call('a2a:task/get'), Buffer.from(text), entry, deps, isOwn)).toString(
      'utf8',
    );
  expect(await answer(true)).toBe(text);
  expect(await answer(false)).toBe(`{"result":{"id":"t","metadata":{${BOTH}}}}`);
});

test('the metadata of a released message holds its receipts, where its agent’s manifest says so', async () => {
  expect(await ownMetadata(call('a2a:message/send'), entry, deps)).toBe(`{${BOTH}}`);
  expect(await ownMetadata(call('a2a:message/send', 'header'), entry, deps)).toBeUndefined();
});
