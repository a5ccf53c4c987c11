// Tool pinning from outside (issue: tool poisoning): what a server says of a tool is what a model acts on, so a changed
// definition reaches nobody before a person has seen the difference and accepted exactly it.
import { type CommandResult, connectV1, type Gateway, spawnGateway } from '@countersign/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { entriesOf } from './entries.ts';
import { eventsOf, type Message } from './event-reader.ts';
import { callModern } from './modern-call.ts';
import type { CallRow } from './raw-world.ts';
import { SOON } from './soon.ts';
import { startWorld, type World } from './world.ts';

interface ToolView {
  readonly name: string;
  readonly state: string;
  readonly digest: string;
  readonly accepted: { readonly digest: string; readonly by: string | null } | null;
  readonly difference: string | null;
}

let world: World;
let gateway: Gateway;
beforeAll(async () => {
  world = await startWorld();
  gateway = world.gateway;
});
afterAll(async () => {
  if (gateway !== world.gateway) await gateway.dispose();
  await world.close();
});

const token = (): Promise<string> =>
  world.issuer.mint({ clientId: 'worker', resource: `${gateway.data}/mcp/fixture` });

/** Calls `extra`: `done`, or why not. */
async function extra(): Promise<string> {
  const response = await callModern({
    url: `${gateway.data}/mcp/fixture`,
    token: await token(),
    tool: 'extra',
    args: { text: 'x' },
  });
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
  const message = isStream ? (await eventsOf(response).rest()).at(-1) : ((await response.json()) as Message);
  if (message?.error !== undefined) return String(message.error.data?.['reason']);
  return message?.result?._meta?.['dev.countersign/refusal']?.['reason'] ?? 'done';
}

/** Makes the server change what it says of `extra`, and tell so. */
async function change(to: 'absent' | 'present' | 'changed'): Promise<void> {
  const worker = await connectV1(`${gateway.data}/mcp/fixture`, { token: await token() });
  await worker.callTool({ name: 'change_tools', arguments: { extra: to } });
  await worker.close();
}

async function listed(): Promise<readonly string[]> {
  const worker = await connectV1(`${gateway.data}/mcp/fixture`, { token: await token() });
  const { tools } = await worker.listTools();
  await worker.close();
  return tools.map(({ name }) => name);
}

const tools = (...args: string[]): Promise<CommandResult> => gateway.cli('tools', ...args);
async function stateOf(name: string): Promise<ToolView | undefined> {
  const { stdout } = await tools('list', '--server', 'fixture', '--json');
  return (JSON.parse(stdout) as { tools: ToolView[] }).tools.find((tool) => tool.name === name);
}

test('a tool that is seen for the first time is used, and shown as seen and not yet reviewed', async () => {
  await change('present');
  await expect.poll(extra, SOON).toBe('done');
  await expect.poll(listed, SOON).toContain('extra');
  expect(await stateOf('extra')).toMatchObject({
    state: 'accepted',
    accepted: { by: null },
    difference: null,
  });
  expect((await tools('diff', 'fixture/extra')).code).toBe(0);
});

test('a tool that its server redefines is in no list and not called, and the record says why', async () => {
  await change('changed');
  await expect.poll(extra, SOON).toBe('definition_not_accepted');
  const names = await listed();
  expect(names).toContain('echo');
  expect(names).not.toContain('extra');
  const { calls } = await world.admin<{ calls: readonly CallRow[] }>('/calls?limit=1');
  expect(calls[0]).toMatchObject({ decision: 'deny', reason: 'definition_not_accepted', resource: 'extra' });
  const { upstreams } = await world.admin<{ upstreams: { name: string; heldBack: number }[] }>('/upstreams');
  expect(upstreams.map(({ name, heldBack }) => [name, heldBack])).toEqual([
    ['fixture', 1],
    ['payments', 0],
  ]);
});

test('the difference is shown, and only what was shown is accepted', async () => {
  const { code, stdout } = await tools('diff', 'fixture/extra');
  expect(code).toBe(1);
  expect(stdout).toContain('-  "description": "Answers with its argument"');
  expect(stdout).toContain('+  "description": "Answers with something else"');
  const state = await stateOf('extra');
  expect(stdout).toContain(`digest ${state?.digest}`);

  // The digest of the definition before is a definition that the server no longer gives.
  const refused = await tools('accept', 'fixture/extra', '--digest', state?.accepted?.digest ?? '');
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('otherwise by now') as string });
  expect(await extra()).toBe('definition_not_accepted');
});

test('what is held back stays so after a restart', async () => {
  const { config, dataDir } = gateway;
  await gateway.stop();
  gateway = await spawnGateway({ config, dataDir });
  expect(await extra()).toBe('definition_not_accepted');
  expect(await stateOf('extra')).toMatchObject({ state: 'changed' });
});

test('an accepted definition works again at once, and the acceptance is an entry', async () => {
  const before = await stateOf('extra');
  const accepted = await tools('accept', 'fixture/extra', '--digest', before?.digest ?? '');
  expect(accepted).toMatchObject({ code: 0, stdout: expect.stringContaining('is accepted') as string });
  // What was answered is in force: for the very next request, and not a moment later.
  expect(await extra()).toBe('done');
  expect(await listed()).toContain('extra');
  expect(await stateOf('extra')).toMatchObject({ state: 'accepted', accepted: { by: 'admin' } });
  const entries = await entriesOf(gateway, 'definition.accepted');
  expect(entries.map(({ body }) => body)).toMatchObject([
    { definition: before?.digest, previous: before?.accepted?.digest },
  ]);
});

test('a tool that vanishes and comes back as it was needs nobody', async () => {
  await change('absent');
  await expect.poll(extra, SOON).toBe('unknown_tool');
  await change('changed');
  await expect.poll(extra, SOON).toBe('done');
  expect(await entriesOf(gateway, 'definition.accepted')).toHaveLength(1);
});
