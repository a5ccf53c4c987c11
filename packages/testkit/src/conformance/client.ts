// The client that the scenarios for clients are run with: the official SDK, doing with a server whatever the server offers. The
// suite starts it with the address of its mock server as the last argument, and says the scenario in the environment.
import { Client, StreamableHTTPClientTransport, type Tool } from '@modelcontextprotocol/client';

interface ToolCall {
  readonly name: string;
  readonly arguments: Record<string, unknown>;
}

const url = process.argv.at(-1) ?? '';
const token = process.env['CONFORMANCE_TOKEN'];
const isModern = process.env['MCP_CONFORMANCE_PROTOCOL_VERSION'] === '2026-07-28';
const { toolCalls } = JSON.parse(process.env['MCP_CONFORMANCE_CONTEXT'] ?? '{}') as {
  readonly toolCalls?: readonly ToolCall[];
};

const client = new Client(
  { name: 'conformance-client', version: '1.0.0' },
  {
    capabilities: { elicitation: { form: { applyDefaults: true } } },
    versionNegotiation: { mode: isModern ? 'auto' : 'legacy' },
  },
);
// Agrees and fills nothing in, so that the defaults of the form hold.
client.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: {} }));

const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
const { tools } = await client.listTools();
for (const call of toolCalls ?? tools.map((tool) => callOf(tool, tools))) {
  await goingOn(client.callTool(call));
}
const offered = client.getServerCapabilities();
if (offered?.resources !== undefined) {
  for (const { uri } of (await client.listResources()).resources) {
    await goingOn(client.readResource({ uri }));
  }
}
if (offered?.prompts !== undefined) {
  for (const { name } of (await client.listPrompts()).prompts) {
    await goingOn(client.getPrompt({ name }));
  }
}
await client.close();

/** What a mock server does not answer well is for the suite to judge, and no reason to leave the rest undone. */
async function goingOn(asked: Promise<unknown>): Promise<void> {
  await asked.catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
}

/** A call with a value for each parameter that is required; one called `schema` is told the schema of the first tool. */
function callOf({ name, inputSchema }: Tool, listed: readonly Tool[]): ToolCall {
  const values = Object.entries(inputSchema.properties ?? {}).map(([key, property]) => [
    key,
    key === 'schema' ? listed[0]?.inputSchema : valueFor(property),
  ]);
  return { name, arguments: Object.fromEntries(values) as Record<string, unknown> };
}

function valueFor(property: unknown): unknown {
  const { type, enum: choices } = property as { readonly type?: string; readonly enum?: readonly unknown[] };
  if (choices !== undefined) return choices[0];
  switch (type) {
    case 'number':
    case 'integer':
      return 1;
    case 'boolean':
      return true;
    case 'object':
      return {};
    case 'array':
      return [];
    default:
      return 'text';
  }
}
