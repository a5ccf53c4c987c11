// An approval is for the tool as it was when people looked at it: a server that changes what a tool says of itself in the
// meantime gets nothing that was approved before (DESIGN section 8; protocols.md 1.4).
import { connectV1 } from '@countersign/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDesk } from './desk.ts';
import { entriesOf } from './entries.ts';
import { eventsOf, type Message } from './event-reader.ts';
import { callModern } from './modern-call.ts';
import { policyFiles } from './policy-files.ts';
import { SOON } from './soon.ts';
import { startWorld, type World } from './world.ts';

const GUARD = `@id("extra") @approve("finance")
forbid (principal, action in Action::"mcp:tools/call", resource in Server::"fixture") when { resource.name == "extra" };`;

let world: World;
beforeAll(async () => {
  world = await startWorld();
  await policyFiles(world.gateway, world.gateway.adminToken ?? '').publish('extra.cedar', GUARD);
});
afterAll(async () => {
  await world.close();
});

/** Calls `extra`: `done`, or why not. */
async function extra(): Promise<string> {
  const response = await callModern({
    url: `${world.gateway.data}/mcp/fixture`,
    token: await world.token('worker', '/mcp/fixture'),
    tool: 'extra',
    args: { text: 'PINNED' },
  });
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
  const message = isStream ? (await eventsOf(response).rest()).at(-1) : ((await response.json()) as Message);
  if (message?.error !== undefined) return String(message.error.data?.['reason']);
  return message?.result?._meta?.['dev.countersign/refusal']?.['reason'] ?? 'done';
}

test('a tool that was changed after the approval is another tool, and needs its own', async () => {
  const desk = openDesk(world.gateway, world.gateway.adminToken ?? '');
  const token = await world.token('worker', '/mcp/fixture');
  // Its stream is where the server tells of its changes.
  const worker = await connectV1(`${world.gateway.data}/mcp/fixture`, { token });
  const change = (to: string) => worker.callTool({ name: 'change_tools', arguments: { extra: to } });
  const changes = async () => (await entriesOf(world.gateway, 'catalog.changed')).length;

  expect(await extra()).toBe('unknown_tool');
  await change('present');
  await expect.poll(extra, SOON).toBe('approval_pending');
  const { id } = await desk.pending('PINNED');
  const before = await changes();
  expect((await desk.review(id, 'approve', 'fiona')).body.state).toBe('approved');
  await change('changed');
  await expect.poll(changes, SOON).toBe(before + 1);
  // Neither the approval nor its people said anything about the new definition; accepting it does not extend to it either.
  expect(await extra()).toBe('definition_not_accepted');
  expect(await world.gateway.cli('tools', 'accept', 'fixture/extra')).toMatchObject({ code: 0 });
  await expect.poll(extra, SOON).toBe('approval_pending');
  expect(await desk.show(id)).toMatchObject({ state: 'approved', consumedBy: null });

  const anew = await desk.pending('PINNED');
  expect((await desk.review(anew.id, 'approve', 'fiona')).body.state).toBe('approved');
  expect(await extra()).toBe('done');
  await worker.close();
});
