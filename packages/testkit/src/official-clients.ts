// The official clients, connected as any agent would connect them: nothing about them is changed. For tests that drive
// an endpoint with each of them.
import {
  type Client as A2aClient,
  ClientFactory,
  DefaultAgentCardResolver,
  JsonRpcTransportFactory,
} from '@a2a-js/sdk/client';
import {
  Client as V2Client,
  type ClientOptions,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import { Client as V1Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as V1Transport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

export type ConnectOptions = {
  /** Bearer token. */
  readonly token?: string;
  /** Further headers of every request, such as `Countersign-Call-Token`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly fetch?: typeof fetch;
};

export type V1Options = {
  readonly client?: ConstructorParameters<typeof V1Client>[1];
};

export type V2Options = ConnectOptions & {
  /** `legacy`: opens with `initialize`; `auto`: asks the server first; a revision: that one or nothing. */
  readonly era?: 'legacy' | 'auto' | '2026-07-28';
  readonly client?: ClientOptions;
};

const info = { name: 'testkit', version: '1.0.0' };

/** `@modelcontextprotocol/sdk` 1.x. */
export async function connectV1(
  url: string,
  { client: options, ...how }: ConnectOptions & V1Options = {},
): Promise<V1Client> {
  const client = new V1Client(info, options);
  await client.connect(new V1Transport(new URL(url), transportOptions(how)));
  return client;
}

/** `@modelcontextprotocol/client` 2.x, by default in the legacy era as is its own default. */
export async function connectV2(
  url: string,
  { era = 'legacy', client, ...options }: V2Options = {},
): Promise<V2Client> {
  const mode = era === '2026-07-28' ? { pin: era } : era;
  const connected = new V2Client(info, { ...client, versionNegotiation: { mode } });
  await connected.connect(new StreamableHTTPClientTransport(new URL(url), transportOptions(options)));
  return connected;
}

/** `@a2a-js/sdk` over JSON-RPC, from the card below `url`; where it takes 0.3 too, also to agents that take nothing else. */
export async function connectAgent(
  url: string,
  options: ConnectOptions & { readonly takesEarlier?: boolean } = {},
): Promise<A2aClient> {
  const inner = options.fetch ?? fetch;
  const legacyCompat = { enabled: options.takesEarlier ?? false };
  const fetchImpl: typeof fetch = (input, init) => {
    const headers = new Headers(init?.headers);
    for (const [name, value] of Object.entries(headersOf(options))) headers.set(name, value);
    return inner(input, { ...init, headers });
  };
  const factory = new ClientFactory({
    transports: [new JsonRpcTransportFactory({ fetchImpl, legacyCompat })],
    cardResolver: new DefaultAgentCardResolver({ fetchImpl, legacyCompat }),
  });
  return factory.createFromUrl(`${url}/.well-known/agent-card.json`, '');
}

function transportOptions(options: ConnectOptions): { requestInit: RequestInit; fetch?: typeof fetch } {
  const requestInit = { headers: headersOf(options) };
  return options.fetch === undefined ? { requestInit } : { requestInit, fetch: options.fetch };
}

function headersOf({ token, headers }: ConnectOptions): Record<string, string> {
  return { ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }), ...headers };
}
