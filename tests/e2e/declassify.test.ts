// Clearing what an agent was exposed to before its window ends, from outside and under the starter policies: nothing but a
// declassification that somebody else agreed to does it, and only of what was shown (DESIGN section 6, "Exposure").
import { readdir, readFile } from 'node:fs/promises';
import {
  connectV1,
  type Gateway,
  type Issuer,
  manifest,
  type RunningProcess,
  spawnGateway,
  startIssuer,
  startMcpServer,
} from '@countersign/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { entriesOf } from './entries.ts';
import type { Message } from './event-reader.ts';
import { callModern } from './modern-call.ts';
import { type ChangeView, openPublishers, parsed, type Publishers } from './publisher.ts';

const STARTER = new URL('../../apps/gateway/policies/', import.meta.url);

interface ExposureView {
  readonly holder: { readonly kind: string; readonly name: string | null };
  readonly label: string;
  readonly call: string;
  readonly resource: string | null;
}

let issuer: Issuer;
let fixture: RunningProcess;
let gateway: Gateway;
let people: Publishers;

beforeAll(async () => {
  issuer = await startIssuer();
  fixture = await startMcpServer('fixture');
  const agent = (name: string) =>
    manifest('Agent', name, {
      owner: 'olive',
      team: 'platform',
      purpose: 'tests',
      risk: 'medium',
      environment: 'production',
      identities: [
        { issuer: 'corp', claim: 'client_id', value: name },
        { issuer: 'corp', claim: 'act.sub', value: name },
      ],
    });
  const person = (name: string) => manifest('User', name, { email: `${name}@example.com` });
  const files = (await readdir(STARTER)).filter((name) => name.endsWith('.cedar'));
  const policies = await Promise.all(
    files.map(async (name) => [name, await readFile(new URL(name, STARTER), 'utf8')] as const),
  );
  gateway = await spawnGateway({
    config: {
      manifests: {
        'all.yaml': [
          manifest('Team', 'platform', {}),
          ...['olive', 'fiona', 'victor'].map(person),
          manifest('Issuer', 'corp', { issuer: issuer.url, jwksUri: issuer.jwksUri, kind: 'mixed' }),
          ...['reader', 'sender'].map(agent),
          manifest('MCPServer', 'fixture', {
            url: fixture.url,
            team: 'platform',
            environment: 'production',
            risk: 'low',
            tools: { echo: { labels: ['pii'], openWorld: false }, headers: { openWorld: true } },
          }),
        ].join('\n'),
      },
      policies: Object.fromEntries(policies),
    },
  });
  people = await openPublishers(gateway);
});
afterAll(async () => {
  await people.close();
  await gateway.dispose();
  await Promise.all([fixture.stop(), issuer.close()]);
});

/** Calls a tool with a fresh token, and so in a fresh chain: `done`, or the reason of the denial. */
async function call(agent: string, tool: 'echo' | 'headers', subject?: string): Promise<string> {
  const url = `${gateway.data}/mcp/fixture`;
  const person = subject === undefined ? {} : { subject };
  const token = await issuer.mint({ clientId: agent, resource: url, ...person });
  const args = tool === 'echo' ? { text: 'a customer record' } : {};
  const { result } = (await (await callModern({ url, token, tool, args })).json()) as Message;
  return result?.isError === true ? (result._meta?.['dev.countersign/refusal']?.['reason'] ?? '') : 'done';
}
async function listed(agent: string): Promise<readonly string[]> {
  const url = `${gateway.data}/mcp/fixture`;
  const client = await connectV1(url, { token: await issuer.mint({ clientId: agent, resource: url }) });
  const { tools } = await client.listTools();
  await client.close();
  return tools.map(({ name }) => name);
}
async function exposures(...filter: string[]): Promise<readonly ExposureView[]> {
  const listing = parsed(await people.as('olive', 'exposure', 'list', ...filter, '--json'));
  return (listing as { exposures: readonly ExposureView[] }).exposures;
}
async function propose(...whom: string[]): Promise<ChangeView> {
  const command = ['exposure', 'clear', ...whom, '--label', 'pii', '-m', 'it was test data', '--json'];
  return parsed(await people.as('olive', ...command)) as ChangeView;
}

test('the starter policies keep an agent that has seen personal data from the outside world', async () => {
  expect(await call('reader', 'headers')).toBe('done');
  expect(await call('reader', 'echo')).toBe('done');
  expect(await call('reader', 'headers')).toBe('forbidden');
  expect(await listed('reader')).not.toContain('headers');
  expect(await exposures('--agent', 'reader')).toMatchObject([
    { holder: { kind: 'agent', name: 'reader' }, label: 'pii', resource: 'echo' },
  ]);
});

test('a declassification lifts it at once when somebody else approves, and never its author', async () => {
  const change = await propose('reader');
  expect(change).toMatchObject({ state: 'pending', author: 'olive' });
  expect(await call('reader', 'headers')).toBe('forbidden');
  const own = await people.as('olive', 'changes', 'approve', change.id, '--reason', 'mine');
  expect([own.code, own.stderr]).toEqual([1, expect.stringContaining('another person')]);
  expect(await call('reader', 'headers')).toBe('forbidden');

  expect((await people.as('fiona', 'changes', 'show', change.id)).stdout).toMatch(
    /would be cleared:\nWHO .*\nagent reader .*fixture\/echo/,
  );
  expect(await people.approve(change.id)).toMatchObject({ state: 'applied' });
  expect(await call('reader', 'headers')).toBe('done');
  expect(await listed('reader')).toContain('headers');
  expect(await exposures('--agent', 'reader')).toEqual([]);
  expect((await entriesOf(gateway, 'exposure.cleared')).map(({ body }) => body)).toEqual([
    { change: change.id },
  ]);
});

test('what the agent sees after the proposal is not cleared by it', async () => {
  expect(await call('reader', 'echo')).toBe('done');
  const change = await propose('reader');
  expect(await call('reader', 'echo')).toBe('done');
  expect(await people.approve(change.id)).toMatchObject({
    state: 'failed',
    reason: expect.stringContaining('came anew since') as string,
  });
  expect(await call('reader', 'headers')).toBe('forbidden');
  expect(await entriesOf(gateway, 'exposure.cleared')).toHaveLength(1);
});

test('a person is cleared apart from the agent that read for them', async () => {
  expect(await call('reader', 'echo', 'customer-7')).toBe('done');
  expect(await call('sender', 'headers', 'customer-7')).toBe('forbidden');
  expect((await exposures('--agent', 'reader')).map(({ holder }) => holder.name)).toEqual([
    'reader',
    'customer-7',
  ]);
  const change = await propose('--subject', 'customer-7');
  expect(await people.approve(change.id)).toMatchObject({ state: 'applied' });
  expect(await call('sender', 'headers', 'customer-7')).toBe('done');
  expect(await call('reader', 'headers')).toBe('forbidden');
});

test('the log verifies, with every step in it', async () => {
  const kinds = ['change.proposed', 'change.reviewed', 'change.closed', 'exposure.cleared'];
  const counts = await Promise.all(kinds.map(async (kind) => (await entriesOf(gateway, kind)).length));
  expect(counts).toEqual([3, 3, 3, 2]);
  expect((await gateway.cli('verify')).code).toBe(0);
});
