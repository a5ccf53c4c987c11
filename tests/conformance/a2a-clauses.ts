// Names of tests by the clause of the A2A specification that they hold the gateway to, the list of them for docs/conformance.md, and the
// wire that they are held on.
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { BindingsWorld } from '../e2e/a2a-bindings.ts';

const CLAUSES: { readonly section: string; readonly text: string }[] = [];

/** @param name of a test: the section, and what the clause demands in few words. */
export function heldTo(name: string): void {
  const [, section, text] = /^([\d., ]+) (.*)$/.exec(name) ?? [];
  if (section !== undefined && text !== undefined) CLAUSES.push({ section, text });
}

/** Every clause that is tested, as a table. */
export function clauseTable(): string {
  const rows = CLAUSES.map(({ section, text }) => `| ${section} | ${text} |`);
  return ['| section | clause |', '| --- | --- |', ...rows].join('\n');
}

export interface Answered {
  readonly status: number;
  readonly type: string;
  readonly headers: Headers;
  readonly text: string;
  /** Undefined where the body is no JSON. */
  readonly body: {
    readonly id?: unknown;
    readonly result?: Readonly<Record<string, unknown>>;
    readonly error?: {
      readonly code: number;
      readonly status?: string;
      readonly message: string;
      readonly data?: unknown;
      readonly details?: unknown;
    };
  };
  /** What stands in each `data:` of an event stream. */
  readonly events: readonly Readonly<Record<string, unknown>>[];
}

export interface Wire {
  rpc(
    method: string,
    params: object,
    how?: {
      readonly id?: number | string;
      readonly agent?: string;
      readonly callee?: string;
      readonly headers?: object;
    },
  ): Promise<Answered>;
  rest(
    verb: string,
    path: string,
    how?: {
      readonly body?: object;
      readonly agent?: string;
      readonly callee?: string;
      readonly headers?: object;
    },
  ): Promise<Answered>;
}

/** JSON-RPC and HTTP+JSON as they stand on the wire. */
export function wireOf(world: BindingsWorld): Wire {
  return {
    async rpc(method, params, { id = 1, agent = 'planner', callee = 'helper', headers = {} } = {}) {
      const body = JSON.stringify({ jsonrpc: '2.0', id, method, params });
      return read(await world.post(agent, callee, body, { ...headers }));
    },
    async rest(verb, path, { body, agent = 'planner', callee = 'helper', headers = {} } = {}) {
      const token = await world.token(agent, `/a2a/${callee}`);
      return read(
        await fetch(`${world.gateway().data}/a2a/${callee}${path}`, {
          method: verb,
          headers: {
            authorization: `Bearer ${token}`,
            'a2a-version': '1.0',
            ...(body === undefined ? {} : { 'content-type': 'application/a2a+json' }),
            ...headers,
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
      );
    },
  };
}

async function read(response: Response): Promise<Answered> {
  const type = response.headers.get('content-type')?.split(';')[0] ?? '';
  const text = await response.text();
  const isJson = type.endsWith('json') && text !== '';
  const events = [...text.matchAll(/^data: ?(.*)$/gm)].map(
    ([, data]) => JSON.parse(data ?? '') as Readonly<Record<string, unknown>>,
  );
  return {
    status: response.status,
    type,
    headers: response.headers,
    text,
    body: isJson ? (JSON.parse(text) as Answered['body']) : {},
    events: type === 'text/event-stream' ? events : [],
  };
}

export interface TaskJson {
  readonly id: string;
  readonly contextId: string;
  readonly status: { readonly state: string };
  readonly history?: readonly unknown[];
  readonly artifacts?: readonly unknown[];
}

export const saying = (text: string, more: object = {}, configuration: object = {}) => ({
  message: { messageId: randomUUID(), role: 'ROLE_USER', parts: [{ text }], ...more },
  configuration,
});

export const taskOf = ({ body }: Answered): TaskJson => (body.result?.['task'] ?? body.result) as TaskJson;

/** A task that goes on, or is done, when it is told of. */
export const open = async (wire: Wire, text: string, more: object = {}): Promise<TaskJson> =>
  taskOf(await wire.rpc('SendMessage', saying(text, more, { returnImmediately: true })));

/** What each event of a stream is, in either binding. */
export const kindsOf = ({ events }: Answered) =>
  events.map((event) => Object.keys(event['result'] ?? event)[0]);

/** Details of an error that say which one of A2A's it is. */
export const infoOf = (reason: string): unknown =>
  expect.arrayContaining([
    expect.objectContaining({
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason,
      domain: 'a2a-protocol.org',
    }),
  ]);
