// The official clients and servers, unmodified, where the server asks: through the gateway they come to the same as
// without it, and where policy says no, to an error that both can live with (issue 5, point 1).
import {
  connectV1,
  connectV2,
  manifest,
  type RunningProcess,
  startConformanceFixture,
  startEverythingServer,
} from '@countersign/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apply } from './apply.ts';
import { type RawWorld, startRawWorld } from './raw-world.ts';
import { SOON } from './soon.ts';

const POLICIES = `
@id("calls") permit (principal is Agent, action in Action::"mcp", resource);
@id("asks") permit (principal is Server, action in Action::"mcp:client", resource is Agent)
when { principal.name != "refused" };
@id("mail") forbid (principal, action == Action::"mcp:elicitation/answer", resource)
when { resource.name == "contained" && context.input.fields.contains("email") };
`;

let world: RawWorld;
let fixture: RunningProcess;
let everything: RunningProcess;
beforeAll(async () => {
  [world, fixture, everything] = await Promise.all([
    startRawWorld({}, { 'all.cedar': POLICIES }),
    startConformanceFixture(),
    startEverythingServer(),
  ]);
  const place = { team: 'platform', environment: 'production', risk: 'low' };
  await apply(
    world.gateway,
    ...['asking', 'refused', 'contained'].map((name) =>
      manifest('MCPServer', name, { ...place, url: fixture.url }),
    ),
    manifest('MCPServer', 'everything', { ...place, url: everything.url }),
  );
});
afterAll(async () => {
  await world.close();
  await Promise.all([fixture.stop(), everything.stop()]);
});

const ELICIT = { action: 'accept', content: { username: 'ines', email: 'ines@northwind.example' } } as const;
const SAMPLE = { role: 'assistant', model: 'm', content: { type: 'text', text: 'snow' } } as const;
const capabilities = { sampling: {}, elicitation: {}, roots: {} };

/** Calls a tool of the fixture with a client that answers; the text of its result, or the error. */
type Asked = (server: string, tool: string, args: Record<string, unknown>) => Promise<string>;

const textOf = (answer: object): string =>
  (answer as { readonly content?: readonly { readonly text?: string }[] }).content?.[0]?.text ?? '';

async function endpoint(server: string): Promise<{ url: string; token: string }> {
  const url = `${world.gateway.data}/mcp/${server}`;
  return { url, token: await world.issuer.mint({ clientId: 'worker', resource: url }) };
}

const withV2: Asked = async (server, tool, args) => {
  const { url, token } = await endpoint(server);
  const client = await connectV2(url, { token, client: { capabilities } });
  client.setRequestHandler('elicitation/create', () => ELICIT);
  client.setRequestHandler('sampling/createMessage', () => SAMPLE);
  try {
    return textOf(await client.callTool({ name: tool, arguments: args }));
  } finally {
    await client.close();
  }
};

const withV1: Asked = async (server, tool, args) => {
  const { url, token } = await endpoint(server);
  const client = await connectV1(url, { token, client: { capabilities } });
  client.fallbackRequestHandler = ({ method }) =>
    Promise.resolve(method === 'elicitation/create' ? ELICIT : SAMPLE);
  try {
    return textOf(await client.callTool({ name: tool, arguments: args }));
  } finally {
    await client.close();
  }
};

describe.each<[string, Asked]>([
  ['client 1.x', withV1],
  ['client 2.x', withV2],
])('%s', (_, asked) => {
  test('answers what the server asks of its user and of its model', async () => {
    expect(await asked('asking', 'test_elicitation', { message: 'who?' })).toContain(
      'ines@northwind.example',
    );
    expect(await asked('asking', 'test_sampling', { prompt: 'haiku' })).toContain('snow');
  });

  test('is not asked where policy says no, and the tool learns why', async () => {
    expect(await asked('refused', 'test_elicitation', { message: 'who?' })).toMatch(/denied by policy/);
    expect(await asked('refused', 'test_sampling', { prompt: 'haiku' })).toMatch(/denied by policy/);
  });

  test('is asked, and its answer kept back where policy forbids it to leave', async () => {
    const told = await asked('contained', 'test_elicitation', { message: 'who?' });
    expect(told).toMatch(/not let through/);
    expect(told).not.toContain('ines@northwind.example');
  });
});

test('client 1.x tells its roots to a server that asks on the standalone stream', async () => {
  const { url, token } = await endpoint('everything');
  let asked = 0;
  const client = await connectV1(url, { token, client: { capabilities } });
  client.fallbackRequestHandler = async ({ method }) => {
    asked += 1;
    return method === 'roots/list' ? { roots: [{ uri: 'file:///work', name: 'work' }] } : {};
  };
  await expect.poll(() => asked, SOON).toBeGreaterThan(0);
  const answered = async () => {
    const { calls } = await world.admin<{ calls: { operation: string; outcome: string | null }[] }>('/calls');
    return calls.find(({ operation }) => operation === 'mcp:roots/answer');
  };
  await expect.poll(answered, SOON).toMatchObject({ outcome: 'ok' });
  await client.close();
});
