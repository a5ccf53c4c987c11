// A gateway in front of a server of MCP 2026-07-28 that asks before it answers (`input_required`), as its own arguments tell it:
// `ask` are its questions, `state` is its state. Asked again with answers, it says what it was sent.
import { manifest } from '@countersign/testkit';
import { apply } from './apply.ts';
import { modernRequest } from './modern-call.ts';
import { type CallRow, type RawWorld, startRawWorld } from './raw-world.ts';

const POLICIES = `
@id("calls") permit (principal is Agent, action in Action::"mcp", resource);
@id("asks") permit (principal is Server, action in Action::"mcp:client", resource is Agent);
@id("no-passwords") forbid (principal is Server, action == Action::"mcp:elicitation", resource)
when { context.input.fields.contains("password") };
@id("large-samples") @approve("finance") @expires("10m")
forbid (principal is Server, action == Action::"mcp:sampling", resource)
when { context.input has maxTokens && context.input.maxTokens > 1000 };
@id("no-home") forbid (principal, action == Action::"mcp:roots/answer", resource)
when { context.input.uris.contains("file:///home") };
@id("accounts") @approve("finance") @expires("10m")
forbid (principal, action == Action::"mcp:elicitation/answer", resource) when { context.input.fields.contains("iban") };
@id("redacted") @redact("input.ssn")
permit (principal, action == Action::"mcp:elicitation/answer", resource) when { context.input.fields.contains("ssn") };
@id("payments") @approve("finance") @expires("10m")
forbid (principal is Agent, action in Action::"mcp:tools/call", resource) when { principal.purpose == "payer" };
`;

export interface Recorded extends CallRow {
  readonly operation: string;
  readonly parent: string | null;
  readonly chain: string;
  readonly agent: string;
}

export interface Answered {
  readonly status: number;
  readonly call: string;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: object };
  readonly result?: {
    readonly resultType?: string;
    readonly isError?: boolean;
    readonly inputRequests?: Readonly<Record<string, object>>;
    readonly requestState?: string;
    readonly content?: readonly { readonly text: string }[];
  };
  /** What the server says that it was sent. */
  readonly params: Params;
}

export interface Params {
  readonly inputResponses?: Readonly<Record<string, unknown>>;
  readonly requestState?: string;
}

export interface Sent {
  readonly agent?: string;
  readonly subject?: string;
  readonly meta?: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal;
  /** Instead of the world's own address. */
  readonly to?: string;
}

export interface MrtrWorld extends RawWorld {
  /** A call of the tool, with `more` in its parameters. */
  ask(args: object, more?: object, sent?: Sent): Promise<Answered>;
  /** The newest recorded calls of an operation. */
  recorded(operation: string): Promise<readonly Recorded[]>;
  detail(id: string): Promise<Recorded>;
}

export async function startMrtrWorld(
  config: Parameters<typeof startRawWorld>[0] = {},
  policies = POLICIES,
): Promise<MrtrWorld> {
  const world = await startRawWorld(config, { 'all.cedar': policies });
  world.upstream.answerWith((response, { body }) => {
    const { id, params } = JSON.parse(body.toString('utf8')) as {
      id: unknown;
      params: Params & { arguments: Told };
    };
    const { ask, state, events } = params.arguments;
    const isAsking = ask !== undefined && params.inputResponses === undefined;
    const result = isAsking
      ? {
          resultType: 'input_required',
          inputRequests: ask,
          ...(state === undefined ? {} : { requestState: state }),
        }
      : { resultType: 'complete', content: [{ type: 'text', text: JSON.stringify(params) }] };
    const message = JSON.stringify({ jsonrpc: '2.0', id, result });
    const type = events === true ? 'text/event-stream' : 'application/json';
    response.writeHead(200, { 'content-type': type }).end(events === true ? `data: ${message}\n\n` : message);
  });
  await apply(world.gateway, agent('other'), agent('payer'));

  return {
    ...world,
    async ask(args, more = {}, { agent: name = 'worker', subject, meta, signal, to = world.url } = {}) {
      const token = await world.issuer.mint({
        clientId: name,
        resource: to,
        ...(subject === undefined ? {} : { subject }),
      });
      const request = modernRequest({
        token,
        tool: 'call',
        args: { ...args },
        ...(meta === undefined ? {} : { meta }),
      });
      const { params, ...message } = JSON.parse(request.body) as { params: object };
      const body = JSON.stringify({ ...message, params: { ...params, ...more } });
      const response = await fetch(to, {
        ...request,
        body,
        ...(signal === undefined ? {} : { signal }),
      });
      const text = await response.text();
      const data = text.startsWith('{') ? text : (/^data: (.*)$/m.exec(text)?.[1] ?? '{}');
      const answer = JSON.parse(data) as Omit<Answered, 'params'>;
      const said = answer.result?.content?.[0]?.text ?? '';
      return {
        ...answer,
        status: response.status,
        call: response.headers.get('countersign-call') ?? '',
        params: (said.startsWith('{') ? JSON.parse(said) : {}) as Params,
      };
    },
    async recorded(operation) {
      const { calls } = await world.admin<{ calls: Recorded[] }>('/calls?limit=100');
      return calls.filter((call) => call.operation === operation);
    },
    detail: (id) => world.admin<{ call: Recorded }>(`/calls/${id}`).then(({ call }) => call),
  };
}

interface Told {
  readonly ask?: object;
  readonly state?: string;
  readonly events?: boolean;
}

function agent(name: string): string {
  return manifest('Agent', name, {
    owner: 'olive',
    team: 'platform',
    purpose: name,
    capabilities: [],
    risk: 'low',
    environment: 'production',
    identities: [
      { issuer: 'corp', claim: 'client_id', value: name },
      { issuer: 'corp', claim: 'act.sub', value: name },
    ],
  });
}

export const form = (message: string, ...fields: string[]) => ({
  method: 'elicitation/create',
  params: {
    mode: 'form',
    message,
    requestedSchema: {
      type: 'object',
      properties: Object.fromEntries(fields.map((name) => [name, { type: 'string' }])),
    },
  },
});
export const sample = (text: string, maxTokens: number) => ({
  method: 'sampling/createMessage',
  params: { messages: [{ role: 'user', content: { type: 'text', text } }], maxTokens },
});
export const roots = { method: 'roots/list' };
export const filled = (content: object) => ({ action: 'accept', content });
export const rootsOf = (...uris: string[]) => ({ roots: uris.map((uri) => ({ uri })) });
