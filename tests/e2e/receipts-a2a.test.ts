// What a caller of A2A gets to hold of its calls, with the official client: allowed, streamed, denied and held, at /receipts
// and, where the agent's manifest says so, in the metadata of the answer.
import { randomUUID } from 'node:crypto';
import { type Message, SendMessageRequest, type StreamResponse, type Task } from '@a2a-js/sdk';
import { connectAgent, manifest } from '@countersign/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type A2aClient, type A2aWorld, startA2aWorld } from './a2a-world.ts';
import { type Listening, listening } from './listening.ts';
import { type ReceiptKeys, receiptKeysOf } from './receipt-keys.ts';
import { SOON } from './soon.ts';

const EXTENSION = 'https://countersign.dev/extensions/receipt/v1';

let world: A2aWorld;
let keys: ReceiptKeys;
beforeAll(async () => {
  world = await startA2aWorld();
  keys = await receiptKeysOf(world.gateway());
});
afterAll(async () => {
  await world.close();
});

async function connected(callee: string): Promise<{ client: A2aClient; ears: Listening }> {
  const ears = listening();
  const token = await world.token('planner', `/a2a/${callee}`);
  const client = await connectAgent(`${world.gateway().data}/a2a/${callee}`, { token, fetch: ears.fetch });
  ears.take();
  return { client, ears };
}

function message(text: string): SendMessageRequest {
  return SendMessageRequest.fromJSON({
    message: { messageId: randomUUID(), role: 'ROLE_USER', parts: [{ text }] },
  });
}

async function all(stream: AsyncIterable<StreamResponse>): Promise<StreamResponse[]> {
  const events: StreamResponse[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

async function kindsOf(call: string): Promise<string[]> {
  const token = await world.token('planner', '/receipts');
  const answer = await fetch(`${world.gateway().data}/receipts/${call}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const { receipts } = (await answer.json()) as { receipts: { kind: string; receipt: string }[] };
  for (const { receipt } of receipts) expect((await keys.open(receipt)).call).toBe(call);
  return receipts.map(({ kind }) => kind);
}

test('every answer brings the receipt of its decision: a message, a stream, a refusal, a task that waits', async () => {
  const helper = await connected('helper');
  const recluse = await connected('recluse');
  const vault = await connected('vault');
  const calls = [
    [helper, () => helper.client.sendMessage(message('echo hello')), 'allow'],
    [helper, () => all(helper.client.sendMessageStream(message('stream 3'))), 'allow'],
    [recluse, () => recluse.client.sendMessage(message('echo hello')), 'deny'],
    [vault, () => vault.client.sendMessage(message('echo held')), 'hold'],
  ] as const;
  for (const [{ ears }, send, decision] of calls) {
    await send().catch(() => {});
    const [heard] = ears.take();
    expect(await keys.open(heard?.receipt ?? '')).toMatchObject({ call: heard?.call, kind: 'decided' });
    const call = (await world.calls()).find(({ id }) => id === heard?.call);
    expect(call?.decision).toBe(decision);
  }
});

test('a held message has a receipt of both decisions and of its outcome once it was released', async () => {
  const { client, ears } = await connected('vault');
  await client.sendMessage(message('echo released'));
  const [heard] = ears.take();
  const call = heard?.call ?? '';
  expect(await kindsOf(call)).toEqual(['decided']);
  const approval = (
    await world.admin<{ approvals: { id: string; call: string }[] }>('/approvals')
  ).approvals.find((each) => each.call === call);
  await world.review(approval?.id ?? '', 'approve', 'fine');
  await expect.poll(() => kindsOf(call), SOON).toEqual(['decided', 'decided', 'completed']);
});

test('in the metadata of an answer and of the last event, where the manifest says so; the card then names the extension', async () => {
  const card = async () => {
    const at = `${world.gateway().data}/a2a/helper/.well-known/agent-card.json`;
    const { capabilities } = (await (await fetch(at)).json()) as {
      capabilities: { extensions?: { uri: string }[] };
    };
    return (capabilities.extensions ?? []).map(({ uri }) => uri);
  };
  const before = await connected('helper');
  const plain = (await before.client.sendMessage(message('echo hello'))) as Message;
  expect([plain.metadata?.[EXTENSION], await card()]).toEqual([undefined, []]);

  await world.apply(manifest('A2AAgent', 'helper', { url: world.helper.url, receipts: 'inline' }));
  expect(await card()).toEqual([EXTENSION]);
  const { client } = await connected('helper');
  const kinds = async (metadata: unknown) => {
    const lines = (metadata as Record<string, Record<string, string>> | undefined)?.[EXTENSION] ?? {};
    return Promise.all(Object.values(lines).map(async (line) => (await keys.open(line)).kind));
  };
  const reply = (await client.sendMessage(message('echo hello'))) as Message;
  expect(await kinds(reply.metadata)).toEqual(['decided', 'completed']);
  const task = (await client.sendMessage(message('task well done'))) as Task;
  expect(await kinds(task.metadata)).toEqual(['decided', 'completed']);
  const events = await all(client.sendMessageStream(message('stream 2')));
  const metadata = events.map(({ payload }) => payload?.value.metadata);
  expect(await kinds(metadata.at(-1))).toEqual(['decided', 'completed']);
  for (const earlier of metadata.slice(0, -1)) expect(earlier?.[EXTENSION]).toBeUndefined();
});

test('a message that was held and released has its receipts in the task that it ended in, where the manifest says so', async () => {
  await world.apply(manifest('A2AAgent', 'vault', { url: world.helper.url, receipts: 'inline' }));
  const { client, ears } = await connected('vault');
  const held = (await client.sendMessage(message('echo kept'))) as Task;
  const [heard] = ears.take();
  const { approvals } = await world.admin<{ approvals: { id: string; call: string }[] }>('/approvals');
  const approval = approvals.find((each) => each.call === heard?.call);
  await world.review(approval?.id ?? '', 'approve', 'fine');
  const receipts = async () => {
    const task = await client.getTask({ tenant: '', id: held.id });
    const lines: Record<string, string> = task.metadata?.[EXTENSION] ?? {};
    const opened = await Promise.all(Object.values(lines).map(async (line) => keys.open(line)));
    return opened.map(({ call, kind }) => ({ isTheMessages: call === heard?.call, kind }));
  };
  // While it waits, what stands there is of the request for the task; in the end, of the message itself.
  const both = ['decided', 'completed'].map((kind) => ({ isTheMessages: true, kind }));
  await expect.poll(receipts, SOON).toEqual(both);
});
