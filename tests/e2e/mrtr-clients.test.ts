// The official client of 2026-07-28 and a server on the official SDK, unmodified, where a result asks for input: through the
// gateway a call comes to the same as without it, in as many rounds, and where policy says no, to an error that says so.
import { connectV2, manifest, type RunningProcess, startConformanceFixture } from '@countersign/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { apply } from './apply.ts';
import { type RawWorld, startRawWorld } from './raw-world.ts';

const POLICIES = `
@id("calls") permit (principal is Agent, action in Action::"mcp", resource);
@id("asks") permit (principal is Server, action in Action::"mcp:client", resource is Agent)
when { principal.name != "refused" };
@id("mail") forbid (principal, action == Action::"mcp:elicitation/answer", resource)
when { resource.name == "contained" && context.input.fields.contains("email") };
`;

let world: RawWorld;
let fixture: RunningProcess;
beforeAll(async () => {
  [world, fixture] = await Promise.all([
    startRawWorld({}, { 'all.cedar': POLICIES }),
    startConformanceFixture(),
  ]);
  const place = { team: 'platform', environment: 'production', risk: 'low' };
  await apply(
    world.gateway,
    ...['asking', 'refused', 'contained'].map((name) =>
      manifest('MCPServer', name, { ...place, url: fixture.url }),
    ),
  );
});
afterAll(async () => {
  await world.close();
  await fixture.stop();
});

/** Every field that the fixture's forms have. */
const FILLED = {
  ok: true,
  name: 'Ines',
  color: 'blue',
  context: 'the sea',
  username: 'ines',
  email: 'ines@northwind.example',
};
const SAMPLE = { role: 'assistant', model: 'm', content: { type: 'text', text: 'snow' } } as const;

type Connected = Awaited<ReturnType<typeof connectV2>>;

async function withClient<T>(server: string, use: (client: Connected) => Promise<T>): Promise<T> {
  const url = server === 'direct' ? fixture.url : `${world.gateway.data}/mcp/${server}`;
  const token = await world.issuer.mint({ clientId: 'worker', resource: url });
  const capabilities = { sampling: {}, elicitation: { form: {} }, roots: {} };
  const client = await connectV2(url, { token, era: '2026-07-28', client: { capabilities } });
  client.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: FILLED }));
  client.setRequestHandler('sampling/createMessage', () => SAMPLE);
  client.setRequestHandler('roots/list', () => ({ roots: [{ uri: 'file:///work' }] }));
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}

const called = (server: string, name: string, args: Record<string, unknown> = {}) =>
  withClient(server, async (client) =>
    JSON.stringify((await client.callTool({ name, arguments: args })).content),
  );

test.each([
  ['asks its user', 'test_input_required_result_elicitation', /Hello, Ines!/],
  ['asks its model', 'test_input_required_result_sampling', /snow/],
  ['asks for its roots', 'test_input_required_result_list_roots', /file:\/\/\/work/],
  ['has a state of its own', 'test_input_required_result_request_state', /state-ok/],
  ['asks everything at once', 'test_input_required_result_multiple_inputs', /Everything was answered/],
  ['asks again and again', 'test_input_required_result_multi_round', /Ines likes blue/],
])('a tool that %s comes to the same as without a gateway', async (_, tool, said) => {
  const through = await called('asking', tool);
  expect(through).toMatch(said);
  expect(through).toBe(await called('direct', tool));
});

test('so does a tool that reports progress first, and a prompt', async () => {
  expect(await called('asking', 'test_streaming_elicitation')).toContain('ines@northwind.example');
  const name = 'test_input_required_result_prompt';
  const { messages } = await withClient('asking', (client) => client.getPrompt({ name }));
  expect(JSON.stringify(messages)).toContain('Mind: the sea');
});

test('its user is not asked where policy says no, and the model learns why', async () => {
  const said = await called('refused', 'test_input_required_result_elicitation');
  expect(said).toMatch(/asked back .* denied by policy/);
  const name = 'test_input_required_result_prompt';
  await expect(withClient('refused', (client) => client.getPrompt({ name }))).rejects.toThrow(
    /denied by policy/,
  );
});

test('its answer does not leave where policy says no', async () => {
  const said = await called('contained', 'test_elicitation', { message: 'who?' });
  expect(said).toMatch(/denied by policy/);
  expect(said).not.toContain('northwind');
});
