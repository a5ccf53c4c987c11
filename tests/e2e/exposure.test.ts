// Taint that sticks to agents: what an agent has received follows it into every later call, also one that starts a fresh
// chain, and follows the person on whose behalf it acted (DESIGN section 6).
import {
  type Gateway,
  type Issuer,
  manifest,
  type RunningProcess,
  spawnGateway,
  startIssuer,
  startMcpServer,
} from '@countersign/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callModern } from './modern-call.ts';

let issuer: Issuer;
let fixture: RunningProcess;
let gateway: Gateway;

const POLICY = `
@id("everybody")
permit (principal is Agent, action in Action::"mcp:tools/call", resource is Tool);

@id("seen-data-stays-inside")
forbid (principal is Agent, action in Action::"mcp:tools/call", resource is Tool)
when { resource.openWorld && context.exposure.labels.contains("pii") };
`;

beforeAll(async () => {
  issuer = await startIssuer();
  fixture = await startMcpServer('fixture');
  const agent = (name: string) =>
    manifest('Agent', name, {
      owner: 'olive',
      team: 'platform',
      purpose: 'tests',
      capabilities: [],
      risk: 'low',
      environment: 'production',
      identities: [
        { issuer: 'corp', claim: 'client_id', value: name },
        { issuer: 'corp', claim: 'act.sub', value: name },
      ],
    });
  const tools = { echo: { labels: ['pii'], openWorld: false }, headers: { openWorld: true } };
  gateway = await spawnGateway({
    config: {
      manifests: {
        'all.yaml': [
          manifest('Team', 'platform', {}),
          manifest('User', 'olive', { email: 'olive@example.com' }),
          manifest('Issuer', 'corp', { issuer: issuer.url, jwksUri: issuer.jwksUri, kind: 'mixed' }),
          ...['reader', 'sender', 'helper'].map(agent),
          manifest('MCPServer', 'fixture', {
            url: fixture.url,
            team: 'platform',
            environment: 'production',
            risk: 'low',
            tools,
          }),
        ].join('\n'),
      },
      policies: { 'all.cedar': POLICY },
    },
  });
});
afterAll(async () => {
  await gateway.dispose();
  await Promise.all([fixture.stop(), issuer.close()]);
});

/** Calls a tool with a fresh token, and so in a fresh chain; true when it was let through. */
async function isAllowed(agent: string, tool: 'echo' | 'headers', subject?: string): Promise<boolean> {
  const url = `${gateway.data}/mcp/fixture`;
  const token = await issuer.mint({
    clientId: agent,
    resource: url,
    ...(subject === undefined ? {} : { subject }),
  });
  const args = tool === 'echo' ? { text: 'a customer record' } : {};
  return !(await (await callModern({ url, token, tool, args })).text()).includes('"isError":true');
}

test('before it has seen anything, an agent may use the open-world tool', async () => {
  expect(await isAllowed('reader', 'headers')).toBe(true);
});

test('after it has read labelled data it may not, and a fresh chain does not wash it off', async () => {
  expect(await isAllowed('reader', 'echo')).toBe(true);
  expect(await isAllowed('reader', 'headers')).toBe(false);
  expect(await isAllowed('reader', 'headers')).toBe(false);
});

test('an agent that saw nothing is not concerned', async () => {
  expect(await isAllowed('sender', 'headers')).toBe(true);
});

test('the label also sticks to the person on whose behalf the data was read', async () => {
  expect(await isAllowed('sender', 'headers', 'customer-7')).toBe(true);
  expect(await isAllowed('helper', 'echo', 'customer-7')).toBe(true);
  expect(await isAllowed('sender', 'headers', 'customer-7')).toBe(false);
  expect(await isAllowed('sender', 'headers', 'customer-8')).toBe(true);
});

test('exposure survives a restart of the gateway', async () => {
  const { config, dataDir } = gateway;
  await gateway.stop();
  const again = await spawnGateway({ config, dataDir });
  const first = gateway;
  gateway = again;
  try {
    expect(await isAllowed('reader', 'headers')).toBe(false);
  } finally {
    await again.stop();
    gateway = first;
  }
});
