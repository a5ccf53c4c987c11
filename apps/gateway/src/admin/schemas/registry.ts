// Agents, upstreams, people, and the application of manifests. Shapes only: no reading, no rules (DESIGN section 10).
import { z } from '@hono/zod-openapi';
import { Call, OlderCalls } from './calls.ts';
import { time } from './common.ts';

const RiskName = z.enum(['low', 'medium', 'high']);

export const Agent = z
  .object({
    uid: z.string(),
    name: z.string(),
    owner: z.object({ name: z.string(), email: z.string() }),
    team: z.string(),
    purpose: z.string(),
    capabilities: z.array(z.string()),
    risk: RiskName,
    environment: z.string(),
    labels: z.array(z.string()),
    status: z.enum(['active', 'quarantined', 'retired']),
    identities: z.array(z.object({ issuer: z.string(), claim: z.string(), value: z.string() })),
  })
  .openapi('Agent');

export const AgentList = z.object({ agents: z.array(Agent) }).openapi('AgentList');

export const AgentDetail = z
  .object({
    agent: Agent,
    exposure: z
      .array(z.string())
      .openapi({ description: 'labels of data it saw within the exposure window' }),
    recent: z.array(Call),
    archived: OlderCalls.nullable().openapi({
      description: 'where earlier calls may be, of which there are fewer here than asked for; null elsewhere',
    }),
  })
  .openapi('AgentDetail');

export const Upstream = z
  .object({
    uid: z.string(),
    name: z.string(),
    kind: z.enum(['mcp', 'a2a']),
    url: z.string(),
    transport: z
      .enum(['streamable-http', 'sse', 'stdio'])
      .nullable()
      .openapi({ description: 'how an MCP server is reached' }),
    connections: z
      .object({ connections: z.int(), sessions: z.int(), trouble: z.string().nullable() })
      .nullable()
      .openapi({ description: 'of a server to which connections are kept: of a command, its processes' }),
    endpoint: z.string().openapi({ description: 'path on the data plane under which agents reach it' }),
    team: z.string(),
    environment: z.string(),
    risk: RiskName,
    labels: z.array(z.string()),
    tools: z
      .int()
      .nullable()
      .openapi({ description: 'tools in the catalogue; null when it was never listed' }),
    heldBack: z
      .int()
      .openapi({ description: 'tools whose definition is new or changed and waits to be accepted' }),
    fetchedAt: time.nullable(),
    unlisted: z.object({ reason: z.string(), since: time }).nullable().openapi({
      description: 'why an MCP server could not be listed when it was last asked; it is asked again',
    }),
  })
  .openapi('Upstream');

export const UpstreamList = z.object({ upstreams: z.array(Upstream) }).openapi('UpstreamList');

export const User = z
  .object({
    uid: z.string(),
    name: z.string(),
    email: z.string(),
    groups: z.array(z.string()),
    active: z.boolean(),
  })
  .openapi('User');

export const UserList = z.object({ users: z.array(User) }).openapi('UserList');

export const ApplyRequest = z
  .strictObject({
    manifests: z.string().max(4_000_000).openapi({ description: 'YAML, several documents allowed' }),
    message: z
      .string()
      .max(2000)
      .optional()
      .openapi({ description: 'why; needed where something of it has to be agreed to' }),
  })
  .openapi('ApplyRequest');

export const ApplyResult = z
  .object({
    changes: z.array(
      z.object({
        op: z.enum(['created', 'updated', 'deleted', 'unchanged', 'proposed']),
        kind: z.string(),
        name: z.string(),
      }),
    ),
    change: z
      .string()
      .nullable()
      .openapi({ description: 'the change that holds what is proposed; null where nothing waits' }),
  })
  .openapi('ApplyResult');
