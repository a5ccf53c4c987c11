// What a session of MCP is opened, kept and ended with: handshakes, notifications, streams.
import { connectV1, connectV2 } from '@countersign/testkit';
import { eventsOf } from '../event-reader.ts';
import { type LegacySession, openLegacySession } from '../legacy-call.ts';
import type { Act, Place, Procedure } from './procedure.ts';

/** An operation that is only counted; it fails the walk where it fails. */
export const counted = (
  begin: (place: Place) => Promise<{ perform(): Promise<number>; close(): Promise<void> }>,
): Procedure => ({
  upstream: 'fixture',
  begin: async (place): Promise<Act> => ({ receiver: null, ...(await begin(place)) }),
});

export const legacy = async ({ url, token }: Place, options = {}) =>
  connectV1(url, {
    token: await token(),
    client: { capabilities: { roots: { listChanged: true } } },
    ...options,
  });
const modern = async ({ url, token }: Place) => connectV2(url, { token: await token(), era: '2026-07-28' });

/** The standalone stream of a session by hand: the official client opens it whenever it likes. */
async function openStream(place: Place, { id }: LegacySession): Promise<Response> {
  const response = await fetch(place.url, {
    headers: {
      authorization: `Bearer ${await place.token()}`,
      accept: 'text/event-stream',
      'mcp-protocol-version': '2025-11-25',
      'mcp-session-id': id,
    },
  });
  if (response.status !== 200) throw new Error(`no stream: ${response.status} ${await response.text()}`);
  return response;
}

/** Connecting is the operation itself. */
const connecting = (connect: (place: Place) => Promise<{ close(): Promise<void> }>): Procedure =>
  counted((place) => {
    let close = () => Promise.resolve();
    return Promise.resolve({
      async perform() {
        const client = await connect(place);
        close = () => client.close();
        return 1;
      },
      close: () => close(),
    });
  });

export const sessions: Readonly<Record<string, Procedure>> = {
  'mcp:initialize': connecting(legacy),
  'mcp:server/discover': connecting(modern),
  'mcp:ping': counted(async (place) => {
    const client = await legacy(place);
    return {
      perform: async () => {
        await client.ping();
        return 1;
      },
      close: () => client.close(),
    };
  }),
  'mcp:logging/setLevel': counted(async (place) => {
    const client = await legacy(place);
    return {
      perform: async () => {
        await client.setLoggingLevel('info');
        return 1;
      },
      close: () => client.close(),
    };
  }),
  'mcp:notification': counted(async (place) => {
    const client = await legacy(place);
    return {
      // The first was `notifications/initialized`.
      perform: async () => {
        await client.sendRootsListChanged();
        return 2;
      },
      close: () => client.close(),
    };
  }),
  'mcp:stream': {
    upstream: 'streaming',
    async begin(place) {
      const session = await openLegacySession(place.url, place.token);
      return {
        receiver: null,
        async perform() {
          const opening = openStream(place, session);
          const server = await place.asking.listened();
          const events = eventsOf(await opening);
          server.say({ method: 'notifications/message', params: { level: 'info', data: 'hello' } });
          await events.next();
          await events.cancel();
          await server.closed;
          return 1;
        },
        close: async () => void (await session.end()),
      };
    },
  },
  'mcp:session/delete': counted(async (place) => {
    const session = await openLegacySession(place.url, place.token);
    return {
      async perform() {
        const { status } = await session.end();
        if (status !== 200 && status !== 204) throw new Error(`the session was not ended: ${status}`);
        return 1;
      },
      close: () => Promise.resolve(),
    };
  }),
  'mcp:subscriptions/listen': counted(async (place) => {
    const client = await modern(place);
    const { promise, resolve } = Promise.withResolvers<void>();
    client.setNotificationHandler('notifications/tools/list_changed', () => resolve());
    return {
      async perform() {
        const subscription = await client.listen({ toolsListChanged: true });
        await client.callTool({ name: 'test_trigger_tool_change', arguments: {} });
        await promise;
        await subscription.close();
        return 1;
      },
      close: () => client.close(),
    };
  }),
};
